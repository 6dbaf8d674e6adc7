"""Landed objects and manifests as the landing step leaves them, and source rows to fill them with."""

import json
from pathlib import Path
from typing import Any

PIN = {
    "index": 7,
    "unique_id": "58b0546a-0000-4000-8000-000000000007",
    "title": "Island Organizer",
    "description": "A binder for coupons",
    "poster_name": "Ann & Friends",
    "follower_count": "136k",
    "tag_list": "Binder,Coupons",
    "is_image_or_video": "image",
    "image_src": "https://images.example/7.jpg",
    "downloaded": 1,
    "save_location": "Local save in /data/mens-fashion",
    "category": "mens-fashion",
}
GEO = {
    "ind": 7,
    "timestamp": "2020-08-28 03:52:47",
    "latitude": -89.9787,
    "longitude": -173.293,
    "country": "Albania",
}
USER = {"ind": 7, "first_name": "Abigail", "last_name": "Ali", "age": 20, "date_joined": "2015-10-24T11:23:51"}
ROWS: dict[str, dict[str, Any]] = {"pin": PIN, "geo": GEO, "user": USER}


def make_row(kind: str, **changes: Any) -> str:
    """A valid row as JSON text, with these fields changed; `...` takes a field out."""
    row = {name: value for name, value in {**ROWS[kind], **changes}.items() if value is not ...}
    return json.dumps(row, ensure_ascii=False)


class LandingFolder:
    """A landing root on disk. Objects that were put are in the next manifest until `forget` is called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects: list[dict[str, str]] = []

    @property
    def root(self) -> str:
        return self._folder.as_uri()

    def put(self, kind: str, start: int, *lines: str, partition: int = 0) -> str:
        """Writes the lines as one object whose first record has the offset `start`."""
        return self.put_bytes(kind, start, "".join(f"{line}\n" for line in lines).encode(), partition=partition)

    def put_bytes(self, kind: str, start: int, body: bytes, partition: int = 0) -> str:
        topic = f"pinterest.{kind}"
        key = f"topics/{topic}/partition={partition}/{topic}+{partition}+{start:010d}.json"
        self._write(key, body)
        self._objects.append({"kind": kind, "key": key})
        return key

    def forget(self) -> None:
        self._objects = []

    def write_manifest(self, run_id: str, **acknowledged: list[tuple[int, int, int]]) -> str:
        """Names every object put since `forget`; ranges are (partition, start, end) by kind."""
        ranges = {
            kind: [{"partition": p, "start": start, "end": end} for p, start, end in acknowledged.get(kind, [])]
            for kind in ROWS
        }
        key = f"_pinflow/{run_id}/landing.json"
        self._write(key, json.dumps({"objects": self._objects, "acknowledged": ranges}).encode())
        return key

    def _write(self, key: str, body: bytes) -> None:
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
