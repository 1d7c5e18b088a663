"""A plain django-allauth project, to compare with. It runs in a virtual environment of its own, never in the product's."""
