"""A source named `kinesis` over files: what is put into a stream is a line of the file of its shard."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader

SCHEMA = (
    "partitionKey string, data binary, stream string, shardId string, sequenceNumber string,"
    " approximateArrivalTimestamp timestamp"
)

# As long as the real ones, which no number type of Spark holds.
FIRST_SEQUENCE = 49_650_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000


class FakeStreams:
    """Streams in a folder, whose address a notebook gets as its endpoint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    @property
    def endpoint(self) -> str:
        return str(self._folder)

    def put(self, stream: str, *data: str | bytes, key: str = "7", shard: int = 0) -> list[str]:
        """Returns the sequence numbers. They have one digit more from the tenth record on."""
        file = self._folder / stream / f"shardId-{shard:012d}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        sequences, lines = [], []
        for one in data:
            self._count += 1
            sequences.append(str(FIRST_SEQUENCE * (10 if self._count > 9 else 1) + self._count))
            body = base64.b64encode(one if isinstance(one, bytes) else one.encode()).decode()
            arrived = datetime.now(timezone.utc).timestamp()
            lines.append(json.dumps([key, body, sequences[-1], arrived]) + "\n")
        # At once, because a query may be reading.
        with file.open("ab", buffering=0) as records:
            records.write("".join(lines).encode())
        return sequences

    def break_stream(self, stream: str) -> None:
        """From now on it cannot be read."""
        (self._folder / stream).mkdir(parents=True)
        (self._folder / stream / "broken").touch()


class FakeReader(SimpleDataSourceStreamReader):
    """The offset is the number of lines by shard."""

    def __init__(self, options: dict[str, str]) -> None:
        self._folder = Path(options["endpoint"]) / options["streamName"]
        self._stream = options["streamName"]
        if options["initialPosition"] != "earliest":
            raise ValueError(f"the double begins at the earliest record, not at {options['initialPosition']}")

    def initialOffset(self) -> dict[str, int]:  # noqa: N802 (Spark's name)
        return {}

    def read(self, start: dict[str, int]) -> tuple[Iterator[tuple[Any, ...]], dict[str, int]]:
        if (self._folder / "broken").exists():
            raise RuntimeError(f"stream {self._stream} cannot be read")
        end = {file.stem: len(file.read_text().splitlines()) for file in sorted(self._folder.glob("*.jsonl"))}
        return self.readBetweenOffsets(start, end), end

    def readBetweenOffsets(  # noqa: N802
        self, start: dict[str, int], end: dict[str, int]
    ) -> Iterator[tuple[Any, ...]]:
        # Spark keeps copies of the iterator, which a generator does not have.
        return iter([record for shard, last in end.items() for record in self._read_shard(shard, start, last)])

    def _read_shard(self, shard: str, start: dict[str, int], last: int) -> Iterator[tuple[Any, ...]]:
        lines = (self._folder / f"{shard}.jsonl").read_text().splitlines()
        for line in lines[start.get(shard, 0) : last]:
            key, body, sequence, arrived = json.loads(line)
            instant = datetime.fromtimestamp(arrived, timezone.utc)
            yield key, base64.b64decode(body), self._stream, shard, sequence, instant


class FakeKinesis(DataSource):
    @classmethod
    def name(cls) -> str:
        return "kinesis"

    def schema(self) -> str:
        return SCHEMA

    def simpleStreamReader(self, schema: Any) -> FakeReader:  # noqa: N802
        return FakeReader({name: self.options[name] for name in ("endpoint", "streamName", "initialPosition")})


def register_kinesis(spark: SparkSession) -> None:
    # The Python workers of Spark do not have the tests on their path.
    import sys

    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    spark.dataSource.register(FakeKinesis)
