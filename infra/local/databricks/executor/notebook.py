"""Runs the cells of notebooks, in namespaces of their own unless one includes another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from .dbutils import DBUtils, Notebook, NotebookExit, Widgets
from .filesystem import FileSystem
from .secret_scopes import Secrets
from .source import NotebookFormatError, parse_notebook
from .storage import Storage
from .task_values import Jobs
from .time_limit import time_limit


@dataclass(frozen=True)
class NotebookContext:
    """What all notebooks of one task share."""

    spark: SparkSession
    storage: Storage
    secrets: Secrets
    jobs: Jobs
    display: Callable[..., None]


def run_notebook(path: Path, parameters: Mapping[str, str], context: NotebookContext) -> str | None:
    """The exit value, None without one."""
    widgets = Widgets(parameters)

    def run_other(target: str, timeout_seconds: int, arguments: Mapping[str, str]) -> str:
        other = context.storage.find_notebook(target, path)
        with time_limit(timeout_seconds, f'notebook "{target}"'):
            return run_notebook(other, arguments, context) or ""

    fs = FileSystem(context.storage)
    namespace: dict[str, object] = {
        "__name__": "__main__",
        "spark": context.spark,
        "dbutils": DBUtils(widgets, Notebook(run_other), fs, context.secrets, context.jobs),
        "display": context.display,
        "displayHTML": context.display,
        "getArgument": widgets.getArgument,
    }
    try:
        _run_cells(path, namespace, context)
    except NotebookExit as end:
        return end.value
    return None


def _run_cells(path: Path, namespace: dict[str, object], context: NotebookContext) -> None:
    for cell in parse_notebook(path):
        if cell.kind == "python":
            # Blank lines in front make every line number, in tracebacks and syntax errors, that of the file.
            exec(compile("\n" * (cell.line - 1) + cell.text, str(path), "exec"), namespace)
        elif cell.kind == "sql":
            result = context.spark.sql(cell.text.strip().rstrip(";"))
            namespace["_sqldf"] = result
            context.display(result)
        elif cell.kind == "run":
            _run_cells(context.storage.find_notebook(cell.text.strip().strip("\"'"), path), namespace, context)
        elif cell.kind not in ("md", "md-sandbox"):
            raise NotebookFormatError(f'line {cell.line} of "{path.name}": %{cell.kind} cells cannot be run here')
