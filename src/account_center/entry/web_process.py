"""What a web process of ``account-center serve`` loads."""

import gc
import signal

from account_center.entry.wsgi import application

__all__ = ["application"]

# Ctrl-C reaches every process of the terminal, and the parent then ends the web processes by SIGTERM. Two signals within
# a moment leave Granian waiting for ever, so here only the parent's counts.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

# What was loaded stays for good: the collector need not look at it again and again. A request leaves few cycles behind.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
