"""How work ended, in the words that the server understands."""

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# The platform returns the first 5 MB of an exit value.
MAX_BYTES = 5 * 1024 * 1024
# One line for people; the trace has all of it.
MAX_LINE = 10_000
OWN_FOLDER = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True)
class Ending:
    """``result`` is None unless a notebook called ``dbutils.notebook.exit``; ``error`` is one line."""

    result: str | None = None
    truncated: bool = False
    error: str | None = None
    error_trace: str | None = None
    task_values: dict[str, object] = field(default_factory=dict)


def succeed(result: str | None, redact: Callable[[str], str], task_values: dict[str, object]) -> Ending:
    if result is None:
        return Ending(task_values=task_values)
    kept, truncated = _cut(redact(result))
    return Ending(result=kept, truncated=truncated, task_values=task_values)


def fail(error: BaseException, redact: Callable[[str], str], task_values: dict[str, object]) -> Ending:
    trace = traceback.TracebackException.from_exception(error)
    # Unlike that of the error, its text is there even when the error's own code fails.
    text = str(trace).strip().split("\n")[0]
    name = type(error).__name__
    _leave_out_own_frames(trace)
    return Ending(
        error=redact(f"{name}: {text}" if text else name)[:MAX_LINE],
        error_trace=_cut(redact("".join(trace.format())))[0],
        task_values=task_values,
    )


def _leave_out_own_frames(trace: traceback.TracebackException) -> None:
    link: traceback.TracebackException | None = trace
    while link is not None:
        link.stack = traceback.StackSummary.from_list(
            frame for frame in link.stack if not frame.filename.startswith(OWN_FOLDER)
        )
        link = link.__cause__ or link.__context__


def _cut(text: str) -> tuple[str, bool]:
    encoded = text.encode("utf-8", errors="replace")
    return encoded[:MAX_BYTES].decode("utf-8", errors="ignore"), len(encoded) > MAX_BYTES
