"""The landing manifest: which objects a run cleans and which of their records are the run's own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from pinflow_notebooks.kinds import KINDS

# topics/<topic>/partition=<p>/<topic>+<p>+<10 or more digits of the start offset>.json
OBJECT_KEY = re.compile(
    r"topics/(?P<topic>[^/]+)/partition=(?P<partition>\d+)/(?P=topic)\+(?P=partition)\+\d{10,}\.json$"
)


@dataclass(frozen=True)
class OffsetRange:
    """The offsets start, start + 1, …, end - 1 of one partition."""

    partition: int
    start: int
    end: int


@dataclass(frozen=True)
class Manifest:
    """Keys below the landing root and acknowledged ranges, both by kind."""

    objects: Mapping[str, tuple[str, ...]]
    acknowledged: Mapping[str, tuple[OffsetRange, ...]]


def read_manifest(spark: SparkSession, landing_root: str, key: str) -> Manifest:
    """Reads through Spark, because only Spark reaches a file: folder, a volume and a bucket alike."""
    rows = spark.read.text(f"{landing_root.rstrip('/')}/{key}", wholetext=True).collect()
    return parse_manifest(rows[0][0] if rows else "")


def list_landed(spark: SparkSession, landing_root: str, pipeline: str) -> Manifest:
    """Everything that has landed of a pipeline, for whoever has no manifest: no record is then a run's own.

    Fails where nothing has landed at all.
    """
    folders = f"{landing_root.rstrip('/')}/topics/{pipeline}.{{{','.join(KINDS)}}}/partition=*/*.json"
    # Only the paths are asked for, so no object is opened.
    paths = [row.path for row in spark.read.format("binaryFile").load(folders).select("path").collect()]
    found = sorted(match[0] for match in map(OBJECT_KEY.search, paths) if match is not None)
    return Manifest(
        objects={kind: tuple(key for key in found if key.startswith(f"topics/{pipeline}.{kind}/")) for kind in KINDS},
        acknowledged=dict.fromkeys(KINDS, ()),
    )


def parse_manifest(text: str) -> Manifest:
    """Raises ValueError naming the first thing that is not as agreed."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError(f"landing manifest is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"landing manifest is not an object but {json.dumps(document)[:80]}")
    objects = _require(document, "objects", list)
    acknowledged = _require(document, "acknowledged", dict)
    keys: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}
    for entry in objects:
        kind, key = _parse_object(entry)
        keys[kind][key] = None
    return Manifest(
        objects={kind: tuple(keys[kind]) for kind in KINDS},
        acknowledged={kind: tuple(map(_parse_range, _require(acknowledged, kind, list))) for kind in KINDS},
    )


def _require(parent: Mapping[str, Any], name: str, expected: type) -> Any:
    value = parent.get(name)
    if not isinstance(value, expected):
        raise ValueError(f'landing manifest: "{name}" must be a JSON {expected.__name__}, got {json.dumps(value)[:80]}')
    return value


def _parse_object(entry: Any) -> tuple[str, str]:
    kind, key = (entry.get("kind"), entry.get("key")) if isinstance(entry, dict) else (None, None)
    if kind not in KINDS:
        raise ValueError(f"landing manifest: unknown kind in object {json.dumps(entry)[:160]}")
    match = OBJECT_KEY.fullmatch(key) if isinstance(key, str) else None
    if match is None or not match["topic"].endswith(f".{kind}"):
        raise ValueError(f'landing manifest: not the key of a landed {kind} object: "{key}"')
    return kind, key


def _parse_range(entry: Any) -> OffsetRange:
    fields = entry if isinstance(entry, dict) else {}
    numbers = [fields.get(name) for name in ("partition", "start", "end")]
    if not all(type(number) is int and number >= 0 for number in numbers) or numbers[1] > numbers[2]:
        raise ValueError(f"landing manifest: not an offset range: {json.dumps(entry)[:160]}")
    return OffsetRange(*numbers)
