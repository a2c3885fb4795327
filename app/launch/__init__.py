"""What must be there before customers come: `handrail doctor --launch`."""
