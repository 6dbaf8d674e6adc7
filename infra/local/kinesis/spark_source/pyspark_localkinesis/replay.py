"""Reads again what a batch had read, when the query ended between the plan of the batch and its commit."""

import time
from collections.abc import Iterator

from .client import KinesisClient
from .failures import DataLost, describe_gap, warn
from .options import Options
from .positions import SHARD_END, TRIM_HORIZON, Offset, is_sequence_number
from .records import Fetched
from .shard_reader import ShardReader


def replay(client: KinesisClient, options: Options, start: Offset, end: Offset) -> Iterator[Fetched]:
    """The records behind ``start`` up to and with ``end``, shard by shard."""
    for stream, positions in sorted(end.items()):
        for shard, last in sorted(positions.items()):
            first = start.get(stream, {}).get(shard, TRIM_HORIZON)
            # A position that is neither of these two is one at which nothing had been read.
            if first != last and (is_sequence_number(last) or last == SHARD_END):
                yield from _replay_shard(ShardReader(client, options, stream, shard, first), options, last)


def _replay_shard(reader: ShardReader, options: Options, last: str) -> Iterator[Fetched]:
    if last != SHARD_END:
        reader.is_beyond = lambda record: int(record["SequenceNumber"]) > int(last)
    # The position is no sign: a shard that was closed since then is at its end with the same record.
    is_complete = False
    while not is_complete and not reader.is_finished:
        time.sleep(max(0, reader.next_poll - time.monotonic()))
        records = reader.poll()
        if records:
            yield Fetched(reader.stream, reader.shard, records)
        if last == SHARD_END:
            is_complete = reader.is_drained
        else:
            is_complete = bool(records) and records[-1]["SequenceNumber"] == last
    if is_complete:
        return
    text = describe_gap(stream=reader.stream, shard=reader.shard, position=last)
    if options.fail_on_data_loss:
        raise DataLost(text)
    warn(text)
