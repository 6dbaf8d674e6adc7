"""The Databricks source format: cells of a notebook with the lines they stand on."""

from dataclasses import dataclass
from pathlib import Path


class NotebookFormatError(Exception):
    """The file is no notebook, or has a cell that this executor cannot run."""


@dataclass(frozen=True)
class Cell:
    """One cell. ``line`` is the number of the file's line that holds the first line of ``text``."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class _Language:
    name: str
    comment: str


LANGUAGES = {".py": _Language("python", "#"), ".sql": _Language("sql", "--")}


def parse_notebook(path: Path) -> list[Cell]:
    """Cells in file order. Raises NotebookFormatError unless the first line is exactly the marker."""
    language = LANGUAGES[path.suffix]
    first_line = f"{language.comment} Databricks notebook source"
    lines = path.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
    if lines[0] != first_line:
        raise NotebookFormatError(f'"{path.name}" is not a notebook: its first line is not "{first_line}"')
    cells: list[Cell] = []
    start = 1
    breaks = [index for index, text in enumerate(lines) if text == f"{language.comment} COMMAND ----------"]
    for number in [*breaks, len(lines)]:
        cells.append(_parse_cell(lines[start:number], start + 1, language, path))
        start = number + 1
    return [cell for cell in cells if cell.text.strip() or cell.kind != language.name]


def _parse_cell(lines: list[str], line: int, language: _Language, path: Path) -> Cell:
    mark = f"{language.comment} MAGIC"
    numbers = [index for index, text in enumerate(lines) if text == mark or text.startswith(f"{mark} ")]
    if not numbers:
        return Cell(language.name, "\n".join(lines), line)
    for index, text in enumerate(lines):
        if index not in numbers and text.strip() and not text.startswith(language.comment):
            raise NotebookFormatError(f'line {line + index} of "{path.name}" is code in a cell of "{mark}" lines')
    magic = [lines[index][len(mark) :].removeprefix(" ") for index in numbers]
    command, _, rest = magic[0].partition(" ")
    return Cell(command.removeprefix("%"), "\n".join([rest, *magic[1:]]), line + numbers[0])
