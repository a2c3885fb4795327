"""What must hold before customers are let in: HANDRAIL_ENV=production refuses to start without."""
