"""Secrets that a notebook has read are not shown in anything that it leaves behind."""

import io
from typing import TextIO

REPLACEMENT = "[REDACTED]"


class Redactor:
    """Knows the values that were read so far."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def add(self, value: str) -> None:
        if value:
            self._values.add(value)

    def redact(self, text: str) -> str:
        # The longest first: one secret may be a part of another.
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, REPLACEMENT)
        return text


class RedactedLog(io.TextIOBase):
    """What is printed, on its way into a file."""

    def __init__(self, file: TextIO, redactor: Redactor) -> None:
        self._file = file
        self._redactor = redactor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        # A notebook may print half of a surrogate pair, which no file can hold.
        self._file.write(self._redactor.redact(text).encode("utf-8", "replace").decode("utf-8"))
        return len(text)

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()
