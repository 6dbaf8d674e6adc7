"""Runs a notebook cell by cell with the few `dbutils` functions that it may use."""

import json
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

FOLDER = Path(__file__).parent.parent


class FakeExit(BaseException):
    """Ends a notebook as the platform does: no `except Exception` of the notebook sees it."""


class FakeWidgets:
    def __init__(self, parameters: dict[str, str]) -> None:
        self._values = dict(parameters)

    def text(self, name: str, default: str) -> None:
        self._values.setdefault(name, default)

    def get(self, name: str) -> str:
        return self._values[name]


class FakeFiles:
    """`dbutils.fs` on plain folders."""

    def put(self, path: str, contents: str, overwrite: bool) -> bool:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w" if overwrite else "x", encoding="utf-8") as file:
            file.write(contents)
        return True

    def ls(self, path: str) -> list[Path]:
        return list(Path(path).iterdir())


class FakeDbutils:
    def __init__(self, parameters: dict[str, str]) -> None:
        self.widgets = FakeWidgets(parameters)
        self.fs = FakeFiles()
        self.notebook = self

    def exit(self, value: str) -> None:
        raise FakeExit(value)


def read_cells(name: str) -> list[str]:
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8").split("# COMMAND ----------\n")


def run_notebook(name: str, spark: SparkSession, **parameters: str) -> Any:
    namespace: dict[str, Any] = {"spark": spark, "dbutils": FakeDbutils(parameters)}
    try:
        for cell in read_cells(name):
            exec(cell, namespace)
    except FakeExit as end:
        return json.loads(str(end))
    raise AssertionError(f"notebook {name} did not exit")
