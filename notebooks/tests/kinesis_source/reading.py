"""Reads a fake stream as the engine of Spark does, and remembers how far."""

from dataclasses import dataclass, field

from pyspark_localkinesis.options import parse_options
from pyspark_localkinesis.stream_reader import KinesisStreamReader

from tests.kinesis_source.fake_kinesis import FakeKinesis


def open_reader(kinesis: FakeKinesis, streams: str = "pins", **options: str) -> KinesisStreamReader:
    keys = {"awsAccessKey": "key", "awsSecretKey": "secret"}
    given = {"streamName": streams, "endpoint": kinesis.url, "initialPosition": "trim_horizon", **keys, **options}
    return KinesisStreamReader(parse_options(given))


@dataclass
class Query:
    reader: KinesisStreamReader
    offset: dict
    # Start, end and rows of every batch.
    batches: list[tuple[dict, dict, list[tuple]]] = field(default_factory=list)

    def read(self) -> list[str]:
        """The texts of the next records; as with Spark, the same offset again means that there are none."""
        batches, end = self.reader.read(self.offset)
        rows = to_rows(batches)
        assert bool(rows) == (end != self.offset)
        if rows:
            self.batches.append((self.offset, end, rows))
        self.offset = end
        return texts_of(rows)

    def read_all(self) -> list[str]:
        texts: list[str] = []
        while read := self.read():
            texts += read
        return texts

    def read_until(self, count: int) -> list[str]:
        texts: list[str] = []
        while len(texts) < count:
            texts += self.read()
        return texts


def begin(reader: KinesisStreamReader) -> Query:
    return Query(reader, reader.initialOffset())


def to_rows(batches) -> list[tuple]:
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def texts_of(rows: list[tuple]) -> list[str]:
    return [row[1].decode() for row in rows]
