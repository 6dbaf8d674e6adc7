"""``display``: what a notebook shows is kept as JSON lines beside the log of its task."""

import json
import math
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from pyspark.sql import DataFrame

from .redaction import Redactor

# The platform's own limit for one table.
MAX_ROWS = 10_000


def create_display(file: Path, redactor: Redactor) -> Callable[..., None]:
    """A ``display`` that appends one line per call: ``{columns, rows, truncated}`` or ``{text}``."""
    # Notebooks may run others on threads.
    lock = threading.Lock()

    def display(shown: object, *_: object, **__: object) -> None:
        line = json.dumps(_describe(shown, redactor), ensure_ascii=False)
        with lock, file.open("a", encoding="utf-8", errors="replace") as out:
            out.write(line + "\n")

    return display


def _describe(shown: object, redactor: Redactor) -> dict[str, object]:
    if not isinstance(shown, DataFrame):
        return {"text": redactor.redact(str(shown))}
    rows = shown.take(MAX_ROWS + 1)
    return {
        "columns": [redactor.redact(name) for name in shown.columns],
        "rows": [_to_json(row, redactor) for row in rows[:MAX_ROWS]],
        "truncated": len(rows) > MAX_ROWS,
    }


def _to_json(value: object, redactor: Redactor) -> object:
    """Without secrets, and without the numbers and keys that JSON does not have."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return {redactor.redact(str(key)): _to_json(item, redactor) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_json(item, redactor) for item in value]
    return redactor.redact(str(value))
