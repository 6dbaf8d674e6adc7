"""The Databricks source format: cells of a ``.py`` notebook with the lines they stand on."""

from dataclasses import dataclass
from pathlib import Path

FIRST_LINE = "# Databricks notebook source"
CELL_BREAK = "# COMMAND ----------"
MAGIC = "# MAGIC"


class NotebookFormatError(Exception):
    """The file is no notebook, or has a cell that this executor cannot run."""


@dataclass(frozen=True)
class Cell:
    """One cell. ``line`` is the number of the file's line that holds the first line of ``text``."""

    kind: str
    text: str
    line: int


def parse_notebook(path: Path) -> list[Cell]:
    """Cells in file order. Raises NotebookFormatError unless the first line is exactly the marker."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if lines[0] != FIRST_LINE:
        raise NotebookFormatError(f'"{path.name}" is not a notebook: its first line is not "{FIRST_LINE}"')
    cells: list[Cell] = []
    start = 1
    for number in [*(i for i, line in enumerate(lines) if line == CELL_BREAK), len(lines)]:
        cells.append(_parse_cell(lines[start:number], start + 1))
        start = number + 1
    return [cell for cell in cells if cell.text.strip()]


def _parse_cell(lines: list[str], line: int) -> Cell:
    magic = [text[len(MAGIC) :].removeprefix(" ") for text in lines if text == MAGIC or text.startswith(f"{MAGIC} ")]
    if not magic:
        return Cell("python", "\n".join(lines), line)
    first = next(index for index, text in enumerate(lines) if text.startswith(MAGIC))
    command, _, rest = magic[0].partition(" ")
    return Cell(command.removeprefix("%"), "\n".join([rest, *magic[1:]]), line + first)
