"""``dbutils.fs`` on the folders of the storage."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from .storage import Storage


@dataclass(frozen=True)
class FileInfo:
    """One entry of ``ls``; a folder's name ends with a slash, times are milliseconds since 1970."""

    path: str
    name: str
    size: int
    modificationTime: int  # noqa: N815 (the platform's name)

    def isDir(self) -> bool:  # noqa: N802
        return self.name.endswith("/")

    def isFile(self) -> bool:  # noqa: N802
        return not self.isDir()


class FileSystem:
    def __init__(self, storage: Storage) -> None:
        self._locate = storage.locate

    def ls(self, path: str) -> list[FileInfo]:
        folder = self._locate(path)
        entries = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        prefix = path.rstrip("/") if folder.is_dir() else path.rsplit("/", 1)[0]
        return [_describe(entry, prefix) for entry in entries if not entry.name.startswith(".part-")]

    def mkdirs(self, path: str) -> bool:
        self._locate(path).mkdir(parents=True, exist_ok=True)
        return True

    def rm(self, path: str, recurse: bool = False) -> bool:
        target = self._locate(path)
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
        target = self._locate(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(contents)
        return True

    def head(self, path: str, maxBytes: int = 65536) -> str:  # noqa: N803
        with self._locate(path).open("rb") as file:
            return file.read(maxBytes).decode("utf-8", errors="replace")

    def cp(self, source: str, target: str, recurse: bool = False) -> bool:
        origin, copy = self._locate(source), self._locate(target)
        if origin.is_dir() and not recurse:
            raise ValueError(f'"{source}" is a folder; set recurse to copy it')
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(origin, copy / origin.name if copy.is_dir() else copy)
        return True

    def mv(self, source: str, target: str, recurse: bool = False) -> bool:
        return self.cp(source, target, recurse) and self.rm(source, recurse)


def _describe(entry: Path, prefix: str) -> FileInfo:
    stat = entry.stat()
    slash = "/" if entry.is_dir() else ""
    size = 0 if entry.is_dir() else stat.st_size
    return FileInfo(f"{prefix}/{entry.name}{slash}", f"{entry.name}{slash}", size, stat.st_mtime_ns // 1_000_000)
