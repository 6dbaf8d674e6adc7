"""What the engine of Spark talks to: offsets, and the records between two of them.

Everything is fetched in ``read``, in one process on the driver that lives as long as the query, and goes to the JVM
with the plan of the batch: no Python worker starts for a batch, and a batch that is read several times is fetched once.
"""

import time
from collections.abc import Iterator

from pyspark.sql.datasource import SimpleDataSourceStreamReader
from pyspark.sql.streaming.datasource import SupportsTriggerAvailableNow

from .client import KinesisClient
from .initial_position import LATEST
from .options import Options
from .positions import Offset, at_instant, sort_offset
from .records import Fetched, to_batch
from .replay import replay
from .shard_reader import ShardReader
from .stream_tail import StreamTail, list_shards

# Without news the engine would ask a hundred times a second; waiting here sees a record after 0.2 s all the same.
WAIT_SECONDS = 0.5
# Where a batch ends although there is more.
BATCH_RECORDS = 100_000
BATCH_BYTES = 64 * 1024 * 1024
BATCH_SECONDS = 2.0


class KinesisStreamReader(SimpleDataSourceStreamReader, SupportsTriggerAvailableNow):
    def __init__(self, options: Options) -> None:
        # Spark pickles the reader for replays, so there is no connection before the first question.
        self._options = options
        self._client: KinesisClient | None = None
        self._tails: list[StreamTail] = []
        self._offset: Offset | None = None
        # With the trigger availableNow: nothing that arrived later than this is read.
        self._until: dict[str, int] = {}

    def initialOffset(self) -> Offset:
        client, offset = self._connect(), {}
        for stream in self._options.streams:
            shards = [shard.name for shard in list_shards(client, stream)]
            position = self._options.initial_position
            # As an instant, because a shard has no last sequence number before its first record. Whole seconds of the
            # service's own clock, rounded down: up to a second too much instead of a record lost.
            if position == LATEST:
                position = at_instant(client.read_clock())
            offset[stream] = dict.fromkeys(shards, position)
        return sort_offset(offset)

    def prepareForTriggerAvailableNow(self) -> None:
        client = self._connect()
        for stream in self._options.streams:
            list(list_shards(client, stream))
            # Rounded up: everything had arrived that was put before the query began.
            self._until[stream] = client.read_clock() + 1000

    def read(self, start: Offset) -> tuple[Iterator, Offset]:
        if start != self._offset:
            self._tails = [self._follow(stream, start) for stream in self._options.streams]
        fetched = self._fetch()
        # Shards that came or closed without a record are not worth a batch; they are found again after a restart.
        self._offset = start if not fetched else self._locate(start)
        # A replay reads shard by shard: the same rows in the same order.
        fetched.sort(key=lambda answer: (answer.stream, answer.shard))
        return iter([to_batch(answer) for answer in fetched]), self._offset

    def readBetweenOffsets(self, start: Offset, end: Offset) -> Iterator:
        return (to_batch(answer) for answer in replay(self._connect(), self._options, start, end))

    def _connect(self) -> KinesisClient:
        if self._client is None:
            self._client = KinesisClient(self._options)
        return self._client

    def _follow(self, stream: str, start: Offset) -> StreamTail:
        positions = start.get(stream, {})
        return StreamTail(self._connect(), self._options, stream, positions, self._until.get(stream))

    def _fetch(self) -> list[Fetched]:
        fetched: list[Fetched] = []
        began = time.monotonic()
        while True:
            for reader in self._list_due():
                records = reader.poll()
                if records:
                    fetched.append(Fetched(reader.stream, reader.shard, records))
            # Asked again: what has just been drained makes way for what came of it.
            ready = self._list_ready()
            if fetched and (not any(reader.is_behind for reader in ready) or _is_enough(fetched, began)):
                return fetched
            if not fetched and self._is_over(ready, began):
                return []
            now = time.monotonic()
            wake = min([now + WAIT_SECONDS, *(reader.next_poll for reader in ready)])
            time.sleep(max(0.005, wake - now))

    def _list_ready(self) -> list[ShardReader]:
        """With availableNow, a shard that has come to its end is done for good, so that the query ends."""
        ready = [reader for tail in self._tails for reader in tail.list_ready()]
        return [reader for reader in ready if not (self._until and reader.is_finished)]

    def _list_due(self) -> list[ShardReader]:
        return [reader for reader in self._list_ready() if reader.next_poll <= time.monotonic()]

    def _is_over(self, ready: list[ShardReader], began: float) -> bool:
        return not ready if self._until else time.monotonic() - began >= WAIT_SECONDS

    def _locate(self, start: Offset) -> Offset:
        streams = zip(self._options.streams, self._tails, strict=True)
        return sort_offset({**start, **{stream: tail.list_positions() for stream, tail in streams}})


def _is_enough(fetched: list[Fetched], began: float) -> bool:
    return (
        time.monotonic() - began >= BATCH_SECONDS
        or sum(len(answer.records) for answer in fetched) >= BATCH_RECORDS
        or sum(answer.size for answer in fetched) >= BATCH_BYTES
    )
