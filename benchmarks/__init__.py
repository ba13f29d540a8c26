"""The project's own measurements: one module and one command each, results as JSON."""
