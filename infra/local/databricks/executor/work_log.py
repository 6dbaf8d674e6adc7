"""What work prints, whichever way: by Python, by libraries written in C, by the programs that it starts."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from .redaction import Redactor

# A program that work left running in the background keeps its end of the pipe; it is not waited for any longer.
_DRAIN_SECONDS = 1.0


@contextmanager
def capture_output(log: Path, redactor: Redactor) -> Iterator[None]:
    """Output and errors of this process go to the file in the order of their writing, without secrets."""
    source, sink = os.pipe()
    saved = [os.dup(1), os.dup(2)]
    with log.open("wb", buffering=0) as file:
        pump = _Pump(source, file, redactor)
        pump.start()
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        os.close(sink)
        out, errors = _open_text(1), _open_text(2)
        try:
            with redirect_stdout(out), redirect_stderr(errors):
                yield
        finally:
            for stream in (out, errors):
                # Work may have closed it, or taken its insides away.
                with suppress(OSError, ValueError):
                    stream.flush()
            for number, descriptor in enumerate(saved, start=1):
                os.dup2(descriptor, number)
                os.close(descriptor)
            pump.finish()


def _open_text(descriptor: int) -> TextIO:
    """A notebook may print half of a surrogate pair, which no file can hold, and may close what it prints to."""
    binary = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))
    return io.TextIOWrapper(binary, encoding="utf-8", errors="replace", line_buffering=True)


class _Pump(threading.Thread):
    """Moves bytes from the pipe to the file, and into nothing when the work is over or the disk is full."""

    def __init__(self, source: int, file: BinaryIO, redactor: Redactor) -> None:
        super().__init__(name="output", daemon=True)
        self._source, self._file, self._redactor = source, file, redactor
        self._held = b""
        self._is_open = True
        self._lock = threading.Lock()

    def run(self) -> None:
        with os.fdopen(self._source, "rb", buffering=0) as source:
            while data := source.read(65536):
                with self._lock:
                    shown, self._held = self._redactor.redact_bytes(self._held + data)
                    self._write(shown)

    def finish(self) -> None:
        self.join(_DRAIN_SECONDS)
        with self._lock:
            self._write(self._held)
            self._is_open = False

    def _write(self, data: bytes) -> None:
        try:
            while self._is_open and data:
                data = data[self._file.write(data) :]
        except OSError:
            self._is_open = False
