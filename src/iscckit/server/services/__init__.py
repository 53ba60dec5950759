"""What routes and pages share: they validate and present, a service answers."""
