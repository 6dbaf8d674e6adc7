"""Where the paths that notebooks name are on this machine."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

NOTEBOOK_ENDINGS = (".py", ".sql")


@dataclass(frozen=True)
class Storage:
    """Folders of the workspace, of DBFS and of ``/Volumes``; mounts are workspace paths with folders of their own."""

    workspace: Path
    mounts: dict[str, Path]
    dbfs: Path
    volumes: Path

    def find_notebook(self, target: str, caller: Path) -> Path:
        """File of a notebook that another one names, from the workspace's root or from the caller's folder."""
        base = self._in_workspace(target) if target.startswith("/") else caller.parent / target
        for file in (base, *(base.with_name(base.name + ending) for ending in NOTEBOOK_ENDINGS)):
            if file.suffix in NOTEBOOK_ENDINGS and file.is_file():
                return file
        raise FileNotFoundError(f'"{caller.name}" runs "{target}", which does not exist')

    def locate(self, path: str) -> Path:
        """``dbfs:/…`` and a bare path are DBFS, as on the platform; ``file:/…`` is this machine."""
        parts = urlparse(path)
        if parts.scheme == "file":
            return Path(unquote(parts.path))
        if parts.scheme not in ("", "dbfs") or not parts.path.startswith("/"):
            raise ValueError(f'"{path}" is neither an absolute path nor a dbfs: or file: URI')
        plain = unquote(parts.path) if parts.scheme else path
        if plain.startswith("/Volumes/"):
            return _inside(self.volumes, plain.removeprefix("/Volumes"))
        if plain.startswith("/Workspace/"):
            return self._in_workspace(plain.removeprefix("/Workspace"))
        return _inside(self.dbfs, plain.removeprefix("/dbfs") if plain.startswith("/dbfs/") else plain)

    def _in_workspace(self, path: str) -> Path:
        for mount, folder in self.mounts.items():
            if path == mount or path.startswith(f"{mount}/"):
                return _inside(folder, path.removeprefix(mount))
        return _inside(self.workspace, path)


def _inside(root: Path, path: str) -> Path:
    target = (root / path.lstrip("/")).resolve()
    if target != root.resolve() and root.resolve() not in target.parents:
        raise ValueError(f'"{path}" leads out of its folder')
    return target
