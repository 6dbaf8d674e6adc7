"""Runs Python files, entry points of wheels and files of SQL."""

import importlib
import importlib.metadata
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pyspark.sql import SparkSession

from .statements import split_statements


def run_python_file(path: Path, arguments: Sequence[str], spark: SparkSession) -> None:
    sys.argv = [str(path), *arguments]
    namespace = {"__name__": "__main__", "__file__": str(path), "spark": spark}
    _expect_good_exit(lambda: exec(compile(path.read_bytes(), str(path), "exec"), namespace))


def run_entry_point(package: str, entry_point: str, arguments: Sequence[str], named: Mapping[str, str]) -> None:
    sys.argv = [package, *arguments, *(f"--{name}={value}" for name, value in named.items())]
    _expect_good_exit(_find_entry_point(package, entry_point))


def run_sql_file(path: Path, parameters: Mapping[str, str], spark: SparkSession, display: Callable) -> None:
    """Shows the result of the last statement. ``:name`` in a statement is a parameter."""
    result = None
    for statement in split_statements(path.read_text(encoding="utf-8")):
        result = spark.sql(statement, args=dict(parameters))
    if result is not None:
        display(result)


def _expect_good_exit(run: Callable[[], object]) -> None:
    """``sys.exit()`` and ``sys.exit(0)`` end a program well."""
    try:
        run()
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
