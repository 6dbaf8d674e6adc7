"""Executes one notebook: its cells in one namespace, with errors that point at lines of its file."""

import importlib
import io
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from .dbutils import DBUtils, NotebookExit
from .display import create_display
from .source import Cell, NotebookFormatError, parse_notebook

# The platform returns the first 5 MB of an exit value.
MAX_RESULT_BYTES = 5 * 1024 * 1024
OWN_FOLDER = str(Path(__file__).parent)


@dataclass(frozen=True)
class Ending:
    """How a notebook ended. ``result`` is None unless it called ``dbutils.notebook.exit``; ``error`` is one line."""

    result: str | None = None
    truncated: bool = False
    error: str | None = None
    error_trace: str | None = None


def run_notebook(spark: SparkSession, path: Path, parameters: Mapping[str, str], output: Path) -> Ending:
    """Runs a notebook in a session of its own. What it prints goes to ``stdout.log`` in the folder ``output``."""
    session = spark.newSession()
    namespace: dict[str, object] = {
        "__name__": "__main__",
        "spark": session,
        "dbutils": DBUtils(parameters),
        "display": create_display(output / "displays.jsonl"),
    }
    folder, before = str(path.parent), os.getcwd()
    sys.path.insert(0, folder)
    os.chdir(folder)
    try:
        with (output / "stdout.log").open("w", encoding="utf-8", buffering=1) as log:
            with redirect_stdout(log), redirect_stderr(log):
                return _execute(path, namespace)
    finally:
        for query in session.streams.active:
            query.stop()
        os.chdir(before)
        sys.path.remove(folder)
        _forget_modules(folder)


def _execute(path: Path, namespace: dict[str, object]) -> Ending:
    try:
        _run_cells(path, namespace)
    except NotebookExit as end:
        encoded = end.value.encode("utf-8", errors="replace")
        kept = encoded[:MAX_RESULT_BYTES].decode("utf-8", errors="ignore")
        return Ending(result=kept, truncated=len(encoded) > MAX_RESULT_BYTES)
    except BaseException as error:  # noqa: BLE001 (sys.exit in a notebook is a failure of that notebook only)
        return Ending(error=_first_line(error), error_trace=_format_trace(error))
    return Ending()


def _run_cells(path: Path, namespace: dict[str, object]) -> None:
    for cell in parse_notebook(path):
        if cell.kind == "python":
            # Blank lines in front make every line number, in tracebacks and syntax errors, that of the file.
            exec(compile("\n" * (cell.line - 1) + cell.text, str(path), "exec"), namespace)
        elif cell.kind == "sql":
            _run_sql(cell, namespace)
        elif cell.kind == "run":
            _run_cells(_resolve(path, cell.text.strip().strip("\"'")), namespace)
        elif cell.kind not in ("md", "md-sandbox"):
            raise NotebookFormatError(f'line {cell.line} of "{path.name}": %{cell.kind} cells cannot be run here')


def _run_sql(cell: Cell, namespace: dict[str, object]) -> None:
    result = namespace["spark"].sql(cell.text.strip().rstrip(";"))
    namespace["_sqldf"] = result
    namespace["display"](result)


def _resolve(caller: Path, target: str) -> Path:
    file = caller.parent / (target if target.endswith(".py") else f"{target}.py")
    if not file.is_file():
        raise FileNotFoundError(f'"{caller.name}" runs "{target}", which does not exist')
    return file


def _first_line(error: BaseException) -> str:
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _format_trace(error: BaseException) -> str:
    trace = traceback.TracebackException.from_exception(error)
    out = io.StringIO()
    link: traceback.TracebackException | None = trace
    while link is not None:
        link.stack = traceback.StackSummary.from_list(
            frame for frame in link.stack if not frame.filename.startswith(OWN_FOLDER)
        )
        link = link.__cause__ or link.__context__
    out.writelines(trace.format())
    return out.getvalue()


def _forget_modules(folder: str) -> None:
    """A module beside the notebook is read again by the next run, which may come after an edit."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(folder + os.sep):
            del sys.modules[name]
    importlib.invalidate_caches()
