"""The one password of all invented people, and the one browser they sign in with."""

PASSWORD = "lantern harbour 42 tea"
# The secret of the browser that the first of them trust: a sign-in without a code is what is measured.
DEVICE = "bench".ljust(43, "_")
TRUSTING = 10_000
