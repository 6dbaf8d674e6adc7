"""A limit for something that runs on the main thread of this process."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager


class NotebookTimeout(Exception):
    """A notebook that another one ran took longer than it may."""


@contextmanager
def time_limit(seconds: int, what: str) -> Iterator[None]:
    """Raises NotebookTimeout inside when the time is up; 0 is no limit. Limits may lie within each other."""
    if seconds <= 0:
        yield
        return

    def stop(*_: object) -> None:
        raise NotebookTimeout(f"{what} took longer than {seconds} s")

    began = time.monotonic()
    previous = signal.signal(signal.SIGALRM, stop)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, previous)
        # What is left of the limit around this one; it must not become 0, which is none.
        signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), 0.001) if outer else 0)
