"""The one password of all invented people."""

PASSWORD = "lantern harbour 42 tea"
