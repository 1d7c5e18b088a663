"""The child processes that draw what was uploaded anew. They know neither Django nor a key: see ``decoder``."""
