"""The put manifests as the emulator writes them."""

import json
from pathlib import Path


class PutFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chunks = 0

    @property
    def root(self) -> str:
        return self._folder.as_uri()

    def write(self, kind: str, stream: str, *records: tuple[str, str, int | None]) -> None:
        """One manifest; a record is (shard, sequence number, id)."""
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {"stream": stream, "records": records}
        (folder / f"000000-{self._chunks:03d}.json").write_text(json.dumps(manifest))
        self._chunks += 1
