"""Django's PostgreSQL with two things that a busy server saves by."""
