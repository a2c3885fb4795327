"""The surfaces: the command line today, routes and pages later."""
