"""Account Center: who the customers of a cloud are, and what each of them may do now."""

__version__ = "0.1.0"
