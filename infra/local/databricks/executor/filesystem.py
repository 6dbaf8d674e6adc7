"""``dbutils.fs`` on the folders of the storage."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from .storage import Storage, split_scheme


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
        scheme, plain = split_scheme(path)
        entries = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        prefix = plain.rstrip("/") if folder.is_dir() else plain.rsplit("/", 1)[0]
        # Paths come back as URIs, also where none was given.
        prefix = f"{scheme or 'dbfs'}:{prefix}"
        return [_describe(entry, prefix) for entry in entries]

    def mkdirs(self, path: str) -> bool:
        target = self._locate(path)
        if not target.is_dir():
            self._locate(path, to_write=True).mkdir(parents=True)
        return True

    def rm(self, path: str, recurse: bool = False) -> bool:
        target = self._locate(path, to_write=True)
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
        target = self._locate(path, to_write=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        # As it is given: on some systems Python would change the ends of lines.
        with target.open("w" if overwrite else "x", encoding="utf-8", newline="") as file:
            file.write(contents)
        return True

    def head(self, path: str, maxBytes: int = 65536) -> str:  # noqa: N803
        with self._locate(path).open("rb") as file:
            return file.read(maxBytes).decode("utf-8", errors="replace")

    def cp(self, source: str, target: str, recurse: bool = False) -> bool:
        origin, copy = self._locate(source), self._locate(target)
        if origin.is_dir() and not recurse:
            raise ValueError(f'"{source}" is a folder; set recurse to copy it')
        if origin.is_file() and copy.is_dir():
            copy = self._locate(f"{target.rstrip('/')}/{origin.name}", to_write=True)
        else:
            copy = self._locate(target, to_write=True)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(origin, copy)
        return True

    def mv(self, source: str, target: str, recurse: bool = False) -> bool:
        self._locate(source, to_write=True)
        return self.cp(source, target, recurse) and self.rm(source, recurse)


def _describe(entry: Path, prefix: str) -> FileInfo:
    stat = entry.stat()
    slash = "/" if entry.is_dir() else ""
    size = 0 if entry.is_dir() else stat.st_size
    return FileInfo(f"{prefix}/{entry.name}{slash}", f"{entry.name}{slash}", size, stat.st_mtime_ns // 1_000_000)
