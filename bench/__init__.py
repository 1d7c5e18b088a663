"""The measuring bench: ``python -m bench``. See docs/explanation/performance.md."""
