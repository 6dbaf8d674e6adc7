"""The part of ``dbutils`` that notebooks of a job use: widgets, notebook.exit and files of this machine."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlparse


class NotebookExit(BaseException):
    """Ends a notebook. Not an Exception, so that ``except Exception`` in a notebook does not swallow it."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class InputWidgetNotDefined(Exception):
    """A notebook asked for a parameter that the run did not give and the notebook did not declare."""


class Widgets:
    """Parameters of the run. A declaration sets a default and never replaces what the run gave."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._values = dict(parameters)

    def text(self, name: str, defaultValue: str, label: str = "") -> None:  # noqa: N803 (the platform's name)
        self._values.setdefault(name, str(defaultValue))

    def dropdown(self, name: str, defaultValue: str, choices: list[str], label: str = "") -> None:  # noqa: N803
        self.text(name, defaultValue)

    combobox = dropdown
    multiselect = dropdown

    def get(self, name: str) -> str:
        if name not in self._values:
            raise InputWidgetNotDefined(f'no input widget named "{name}" is defined')
        return self._values[name]

    def getAll(self) -> dict[str, str]:  # noqa: N802
        return dict(self._values)

    def remove(self, name: str) -> None:
        self._values.pop(name, None)

    def removeAll(self) -> None:  # noqa: N802
        self._values.clear()


class Notebook:
    def exit(self, value: object) -> NoReturn:
        raise NotebookExit(str(value))


@dataclass(frozen=True)
class FileInfo:
    """One entry of ``ls``; a folder's name ends with a slash, times are milliseconds since 1970."""

    path: str
    name: str
    size: int
    modificationTime: int  # noqa: N815


class FileSystem:
    """Files of this machine, named by an absolute path or a ``file:`` URI. There is no DBFS here."""

    def ls(self, path: str) -> list[FileInfo]:
        return [self._describe(entry) for entry in sorted(_local(path).iterdir())]

    def mkdirs(self, path: str) -> bool:
        _local(path).mkdir(parents=True, exist_ok=True)
        return True

    def rm(self, path: str, recurse: bool = False) -> bool:
        target = _local(path)
        if not target.exists():
            return False
        if target.is_dir() and recurse:
            shutil.rmtree(target)
        elif target.is_dir():
            target.rmdir()
        else:
            target.unlink()
        return True

    def put(self, path: str, contents: str, overwrite: bool = False) -> bool:
        target = _local(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(contents)
        return True

    def head(self, path: str, maxBytes: int = 65536) -> str:  # noqa: N803
        with _local(path).open("rb") as file:
            return file.read(maxBytes).decode("utf-8", errors="replace")

    def _describe(self, entry: Path) -> FileInfo:
        stat = entry.stat()
        folder = entry.is_dir()
        slash = "/" if folder else ""
        size = 0 if folder else stat.st_size
        return FileInfo(f"{entry.as_uri()}{slash}", f"{entry.name}{slash}", size, stat.st_mtime_ns // 1_000_000)


class DBUtils:
    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.widgets = Widgets(parameters)
        self.notebook = Notebook()
        self.fs = FileSystem()


def _local(path: str) -> Path:
    parts = urlparse(path)
    if parts.scheme not in ("", "file") or not parts.path.startswith("/"):
        raise ValueError(f'"{path}" is neither an absolute path nor a file: URI')
    return Path(unquote(parts.path) if parts.scheme else path)
