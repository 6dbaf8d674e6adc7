"""``display``: what a notebook shows is kept as JSON lines beside the log of its task."""

import json
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame

from .redaction import Redactor

# The platform's own limit for one table.
MAX_ROWS = 10_000


def create_display(file: Path, redactor: Redactor) -> Callable[..., None]:
    """A ``display`` that appends one line per call: ``{columns, rows, truncated}`` or ``{text}``."""

    def display(shown: object, *_: object, **__: object) -> None:
        line = json.dumps(_describe(shown), default=str, ensure_ascii=False)
        with file.open("a", encoding="utf-8", errors="replace") as out:
            out.write(redactor.redact(line) + "\n")

    return display


def _describe(shown: object) -> dict[str, object]:
    if not isinstance(shown, DataFrame):
        return {"text": str(shown)}
    rows = shown.take(MAX_ROWS + 1)
    return {
        "columns": shown.columns,
        "rows": [list(row) for row in rows[:MAX_ROWS]],
        "truncated": len(rows) > MAX_ROWS,
    }
