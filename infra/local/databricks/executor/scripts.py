"""Runs Python files, entry points of wheels and files of SQL."""

import importlib
import importlib.metadata
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from .dbutils import NotebookExit
from .statements import run_statements


def run_python_file(path: Path, arguments: Sequence[str], spark: SparkSession) -> None:
    sys.argv = [str(path), *arguments]
    namespace = sys.modules["__main__"].__dict__
    namespace.update(__file__=str(path), spark=spark)
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    _expect_good_exit(lambda: exec(code, namespace))


def run_entry_point(package: str, entry_point: str, arguments: Sequence[str], named: Mapping[str, str]) -> None:
    sys.argv = [package, *arguments, *(f"--{name}={value}" for name, value in named.items())]
    _expect_good_exit(_find_entry_point(package, entry_point))


def run_sql_file(path: Path, parameters: Mapping[str, str], spark: SparkSession, display: Callable) -> None:
    """Shows the result of the last statement."""
    result = run_statements(path.read_text(encoding="utf-8"), parameters, spark)
    if result is not None:
        display(result)


def _expect_good_exit(run: Callable[[], object]) -> None:
    """``sys.exit()``, ``sys.exit(0)`` and ``dbutils.notebook.exit`` end a program well."""
    try:
        run()
    except NotebookExit:
        pass
    except SystemExit as end:
        if end.code not in (None, 0):
            raise


def _find_entry_point(package: str, name: str) -> Callable[[], object]:
    """By the metadata of the package, else a function of it, as on the platform."""
    for distribution in importlib.metadata.distributions(name=package):
        for candidate in distribution.entry_points:
            if candidate.name == name:
                return candidate.load()
    module = importlib.import_module(package.replace("-", "_"))
    if not hasattr(module, name):
        raise ImportError(f'package "{package}" has no entry point and no function "{name}"')
    return getattr(module, name)
