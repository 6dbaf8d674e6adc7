"""The shards of one stream: which there are, and which may be read now."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from .client import KinesisClient
from .failures import DataLost, describe_missing_shard, describe_recreation, warn
from .options import Options
from .positions import SHARD_END, TRIM_HORIZON, Positions, is_sequence_number
from .records import to_milliseconds
from .shard_reader import ShardReader

LIST_SECONDS = 1.0


@dataclass(frozen=True)
class Shard:
    name: str
    parents: tuple[str, ...]
    first: int
    is_closed: bool


class StreamTail:
    def __init__(
        self, client: KinesisClient, options: Options, stream: str, positions: Positions, until: int | None
    ) -> None:
        self._client, self._options, self._stream = client, options, stream
        self._until = until
        self._shards: dict[str, Shard] = {}
        self._readers = {shard: self._open(shard, position) for shard, position in positions.items()}
        self._next_listing = 0.0

    def list_ready(self) -> list[ShardReader]:
        """Those that may be read: parents come to an end before what a split or merge made of them begins."""
        if time.monotonic() >= self._next_listing:
            self._refresh()
        return [
            reader
            for name, reader in self._readers.items()
            if not reader.is_drained and all(self._is_drained(parent) for parent in self._shards[name].parents)
        ]

    def list_positions(self) -> Positions:
        return {name: reader.position for name, reader in self._readers.items()}

    def _is_drained(self, name: str) -> bool:
        return name not in self._readers or self._readers[name].is_drained

    def _refresh(self) -> None:
        shards = {shard.name: shard for shard in list_shards(self._client, self._stream)}
        self._next_listing = time.monotonic() + LIST_SECONDS
        for name, reader in list(self._readers.items()):
            if name not in shards:
                self._forget(reader)
            elif self._is_of_another_stream(reader, shards[name]):
                raise DataLost(
                    describe_recreation(stream=self._stream, shard=name, position=reader.position),
                )
        self._shards = shards
        for name in sorted(shards.keys() - self._readers.keys()):
            self._readers[name] = self._open(name, TRIM_HORIZON)

    def _is_of_another_stream(self, reader: ShardReader, shard: Shard) -> bool:
        before = self._shards.get(shard.name)
        if before is not None and before.first != shard.first:
            return True
        if reader.position == SHARD_END:
            return not shard.is_closed
        return is_sequence_number(reader.position) and int(reader.position) < shard.first

    def _forget(self, reader: ShardReader) -> None:
        """The service lists a closed shard until everything in it has expired."""
        del self._readers[reader.shard]
        if reader.is_drained:
            return
        text = describe_missing_shard(stream=self._stream, shard=reader.shard, position=reader.position)
        if self._options.fail_on_data_loss:
            raise DataLost(text)
        warn(text)

    def _open(self, shard: str, position: str) -> ShardReader:
        reader = ShardReader(self._client, self._options, self._stream, shard, position)
        until = self._until
        if until is not None:
            reader.is_beyond = lambda record: to_milliseconds(record) > until
        return reader


def list_shards(client: KinesisClient, stream: str) -> Iterator[Shard]:
    request: dict[str, object] = {"StreamName": stream}
    while True:
        answer = client.ask_patiently("ListShards", **request)
        for shard in answer["Shards"]:
            parents = (shard.get("ParentShardId"), shard.get("AdjacentParentShardId"))
            numbers = shard["SequenceNumberRange"]
            yield Shard(
                name=shard["ShardId"],
                parents=tuple(parent for parent in parents if parent),
                first=int(numbers["StartingSequenceNumber"]),
                is_closed="EndingSequenceNumber" in numbers,
            )
        if not answer.get("NextToken"):
            return
        request = {"NextToken": answer["NextToken"]}
