"""Runs the cells of notebooks, in namespaces of their own unless one includes another."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

from .dbutils import DBUtils, Notebook, NotebookExit, Widgets
from .filesystem import FileSystem
from .isolation import work_in
from .secret_scopes import Secrets
from .source import Cell, NotebookFormatError, parse_notebook
from .statements import run_statements
from .storage import Storage
from .task_values import Jobs
from .threads import run_within


@dataclass(frozen=True)
class WorkContext:
    """What all notebooks of one task share."""

    spark: SparkSession
    storage: Storage
    secrets: Secrets
    jobs: Jobs
    display: Callable[..., None]

    def create_dbutils(self, widgets: Widgets, caller: Path) -> DBUtils:
        """``caller`` is the file whose code gets it: other notebooks are named from there."""

        def run_other(target: str, timeout_seconds: int, arguments: Mapping[str, str]) -> str:
            return _run_other(self.storage.find_notebook(target, caller), timeout_seconds, arguments, self)

        return DBUtils(widgets, Notebook(run_other), FileSystem(self.storage), self.secrets, self.jobs)


def run_notebook(
    path: Path, parameters: Mapping[str, str], context: WorkContext, namespace: dict[str, object]
) -> str | None:
    """The exit value, None without one."""
    widgets = Widgets(parameters)
    namespace.update(
        __name__="__main__",
        spark=context.spark,
        dbutils=context.create_dbutils(widgets, path),
        display=context.display,
        displayHTML=context.display,
        getArgument=widgets.getArgument,
    )
    try:
        _run_cells(path, namespace, widgets, context)
    except NotebookExit as end:
        return end.value
    return None


def _run_other(path: Path, timeout_seconds: int, parameters: Mapping[str, str], context: WorkContext) -> str:
    def run() -> str:
        return run_notebook(path, parameters, context, {}) or ""

    what = f'notebook "{path.name}"'
    try:
        if str(path.parent) == sys.path[0]:
            return run_within(timeout_seconds, what, run, context.spark)
        with work_in(path.parent, context.spark):
            return run_within(timeout_seconds, what, run, context.spark)
    except SystemExit as end:
        # Of that notebook, not of the one that runs it.
        raise RuntimeError(f"{what} ended by SystemExit: {end}") from end


def _run_cells(path: Path, namespace: dict[str, object], widgets: Widgets, context: WorkContext) -> None:
    for cell in parse_notebook(path):
        if cell.kind == "python":
            # Blank lines in front make every line number, in tracebacks and syntax errors, that of the file.
            text = "\n" * (cell.line - 1) + cell.text
            exec(compile(text, str(path), "exec", dont_inherit=True), namespace)
        elif cell.kind == "sql":
            result = run_statements(cell.text, widgets.getAll(), context.spark)
            if result is not None:
                namespace["_sqldf"] = result
                context.display(result)
        elif cell.kind == "run":
            _run_cells(_find_included(cell, path, context), namespace, widgets, context)
        elif cell.kind not in ("md", "md-sandbox"):
            raise NotebookFormatError(f'line {cell.line} of "{path.name}": %{cell.kind} cells cannot be run here')


def _find_included(cell: Cell, path: Path, context: WorkContext) -> Path:
    target = cell.text.strip()
    if " $" in target:
        raise NotebookFormatError(
            f'line {cell.line} of "{path.name}": %run cannot hand over parameters here, dbutils.notebook.run can'
        )
    return context.storage.find_notebook(target.strip("\"'"), path)
