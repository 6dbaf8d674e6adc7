"""Micro-batches as a query hands them over, made of records that are already there, and their tables."""

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from pinflow_notebooks import stream_source, tables
from pinflow_notebooks.stream_batch import BatchCounts, write_batch
from pinflow_notebooks.stream_tables import create_stream_tables
from tests.fake_kinesis import SCHEMA
from tests.landing_folder import make_row

NAMES = {"pin": "s-pin", "geo": "s-geo", "user": "s-user"}
ARRIVED = datetime(2026, 11, 28, 9, 30, 0, 250_000, tzinfo=timezone.utc)


def user(ind: int, age: int = 20) -> str:
    return make_row("user", ind=ind, age=age)


class Batches:
    """Writes batches of users; a record is (sequence number, data) or (sequence number, data, shard)."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self._spark = spark
        # The blank and the quote are there because both need care in SQL.
        self.root = (folder / "lake of Ann's").as_uri().replace("%20", " ").replace("%27", "'")
        create_stream_tables(spark, self.root)

    def write(self, *records: tuple, kind: str = "user", names: dict[str, str] = NAMES, key: str = "") -> BatchCounts:
        rows = [
            (key, data if isinstance(data, bytes) else data.encode(), names[kind], *(shard or ["a"]), sequence, ARRIVED)
            for sequence, data, *shard in records
        ]
        return self.write_rows(rows, kind, names)

    def write_rows(self, rows: Sequence[tuple], kind: str, names: dict[str, str]) -> BatchCounts:
        frame = self._spark.createDataFrame(rows, SCHEMA)
        return write_batch(stream_source.clean_stream(frame, names, kind), self.root, kind)

    def read(self, kind: str = "user") -> DataFrame:
        return tables.read_table(self._spark, tables.clean_path(self.root, kind))

    def read_users(self) -> list[tuple]:
        rows = self.read().orderBy("ind").select("ind", "age", "_stream", "_shard", "_sequence").collect()
        return [tuple(row) for row in rows]

    def read_refused(self, kind: str = "user") -> list[tuple]:
        refused = tables.read_table(self._spark, tables.quarantine_path(self.root, kind)).orderBy("sequence")
        return [tuple(row) for row in refused.select("sequence", "reasons", "raw", "bytes").collect()]

    def count_versions(self) -> int:
        return len(list(Path(self.root.removeprefix("file://"), "user/_delta_log").glob("*.json")))
