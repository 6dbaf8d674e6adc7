"""Where the paths that notebooks name are on this machine."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NOTEBOOK_ENDINGS = (".py", ".sql")


@dataclass(frozen=True)
class Storage:
    """Folders of the workspace, of DBFS and of ``/Volumes``; mounts are read-only folders at workspace paths."""

    workspace: Path
    mounts: Mapping[str, Path]
    dbfs: Path
    volumes: Path

    def find_notebook(self, target: str, caller: Path) -> Path:
        """File of a notebook that another one names, from the workspace's root or from the caller's folder."""
        base = self._resolve_notebook(target, caller)
        for file in (*(base.with_name(base.name + ending) for ending in NOTEBOOK_ENDINGS), base):
            if file.suffix in NOTEBOOK_ENDINGS and file.is_file():
                return file
        raise FileNotFoundError(f'"{caller.name}" runs "{target}", which does not exist')

    def locate(self, path: str, *, to_write: bool = False) -> Path:
        """A bare path is DBFS, as on the platform; ``file:/…`` is this machine, but for the folders named below."""
        scheme, plain = split_scheme(path)
        named = re.match(r"/(dbfs|Volumes|Workspace)(?=/|$)", plain)
        top, rest = (named[1], plain[named.end() :]) if named else ("", plain)
        if top == "Workspace":
            target = self._locate_in_workspace(rest)
        elif top == "Volumes":
            target = _inside(self.volumes, rest)
        elif scheme == "file" and top == "":
            target = Path(plain)
        else:
            target = _inside(self.dbfs, rest)
        if to_write:
            self._check_writable(path, target)
        return target

    def _check_writable(self, path: str, target: Path) -> None:
        for folder in self.mounts.values():
            if target == folder.resolve() or folder.resolve() in target.parents:
                raise PermissionError(f'"{path}" cannot be changed: its folder is read-only')
        if target in (self.workspace.resolve(), self.dbfs.resolve(), self.volumes.resolve()):
            raise PermissionError(f'"{path}" cannot be changed: it is a root folder')

    def _resolve_notebook(self, target: str, caller: Path) -> Path:
        if target.startswith("/"):
            return self._locate_in_workspace(target.removeprefix("/Workspace"))
        for place, folder in (*self.mounts.items(), ("/", self.workspace)):
            if folder.resolve() in caller.resolve().parents:
                below = caller.resolve().parent.relative_to(folder.resolve())
                return self._locate_in_workspace(posixpath.normpath(posixpath.join(place, str(below), target)))
        return caller.parent / target

    def _locate_in_workspace(self, path: str) -> Path:
        for place, folder in self.mounts.items():
            if path == place or path.startswith(f"{place}/"):
                return _inside(folder, path.removeprefix(place))
        return _inside(self.workspace, path)


def split_scheme(path: str) -> tuple[str, str]:
    """Scheme, empty without one, and path with one slash in front. Nothing is decoded: Hadoop does not either."""
    parts = re.fullmatch(r"(?:(dbfs|file):)?/+(.*)", path, re.DOTALL)
    if parts is None:
        raise ValueError(f'"{path}" is neither an absolute path nor a dbfs: or file: URI')
    return parts[1] or "", f"/{parts[2]}"


def _inside(root: Path, path: str) -> Path:
    target = (root / path.lstrip("/")).resolve()
    if target != root.resolve() and root.resolve() not in target.parents:
        raise ValueError(f'"{path}" leads out of its folder')
    return target
