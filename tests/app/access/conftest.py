"""The same place as the tests of the routes have."""

from tests.app.http.conftest import place

__all__ = ["place"]
