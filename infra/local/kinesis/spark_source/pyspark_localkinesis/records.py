"""Records of the service as a batch of Arrow, which goes to the JVM without a Python object per value."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

import pyarrow as pa

_SCHEMA = pa.schema(
    [
        ("partitionKey", pa.string()),
        ("data", pa.binary()),
        ("stream", pa.string()),
        ("shardId", pa.string()),
        ("sequenceNumber", pa.string()),
        ("approximateArrivalTimestamp", pa.timestamp("us", tz="UTC")),
    ]
)


@dataclass(frozen=True)
class Fetched:
    """What one answer had of one shard, in the order of the shard."""

    stream: str
    shard: str
    records: Sequence[dict]

    @property
    def size(self) -> int:
        return sum(len(record["Data"]) for record in self.records)


def to_batch(fetched: Fetched) -> pa.RecordBatch:
    records = fetched.records
    columns = [
        [record["PartitionKey"] for record in records],
        [base64.b64decode(record["Data"]) for record in records],
        [fetched.stream] * len(records),
        [fetched.shard] * len(records),
        [record["SequenceNumber"] for record in records],
        [to_milliseconds(record) * 1000 for record in records],
    ]
    return pa.RecordBatch.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )


def to_milliseconds(record: dict) -> int:
    """When it arrived; the service tells seconds with three decimals."""
    return round(record["ApproximateArrivalTimestamp"] * 1000)


def to_instant(record: dict) -> str:
    return datetime.fromtimestamp(to_milliseconds(record) / 1000, timezone.utc).isoformat(timespec="milliseconds")
