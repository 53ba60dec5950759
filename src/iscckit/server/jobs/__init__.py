"""Work of the service in worker processes: queue, limits, progress, and the tasks."""
