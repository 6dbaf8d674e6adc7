"""The folder through which a running notebook is watched and stopped: progress.json out, a file `stop` in."""

from typing import Any


class ControlFolder:
    """`files` is the notebook's `dbutils.fs`; a `root` of "" is no folder at all."""

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._root = root.rstrip("/")

    def write_progress(self, text: str) -> None:
        if self._root:
            self._files.put(f"{self._root}/progress.json", text, True)

    def is_stop_requested(self) -> bool:
        """Asked for after write_progress only, which makes the folder."""
        return bool(self._root) and any(entry.name == "stop" for entry in self._files.ls(self._root))
