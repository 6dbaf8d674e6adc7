"""Reads one shard from a position on: keeps its iterator, its pace, and what the service says of how far it is."""

import time
from collections.abc import Callable

from .client import KinesisClient, draw_delay
from .failures import DataLost, Refused, Throttled, describe_expiry, describe_recreation, warn
from .options import Options
from .positions import SHARD_END, TRIM_HORIZON, is_sequence_number, to_iterator_request
from .records import to_instant

NOT_OF_THIS_STREAM = "did not come from this stream"


class ShardReader:
    def __init__(self, client: KinesisClient, options: Options, stream: str, shard: str, position: str) -> None:
        self.stream, self.shard, self.position = stream, shard, position
        # The last answer was empty and nothing was behind it.
        self.is_caught_up = position == SHARD_END
        # There is more than the last answer had.
        self.is_behind = False
        self.next_poll = 0.0
        # Records that are not to be read, this time, and none behind the first of them.
        self.is_beyond: Callable[[dict], bool] = lambda record: False
        self._has_met_end = False
        self._client, self._options = client, options
        self._iterator: str | None = None
        self._throttled = 0
        # The last record that was read has not been seen again with this iterator.
        self._is_unproven = False

    @property
    def is_drained(self) -> bool:
        return self.position == SHARD_END

    @property
    def is_finished(self) -> bool:
        """Nothing is left to read as far as the last answer tells."""
        return self._has_met_end or self.is_caught_up

    def poll(self) -> list[dict]:
        """The next records, at most one answer of the service; none while it throttles, which is never an error."""
        self.next_poll = time.monotonic() + self._options.min_fetch_period
        self.is_behind = self.is_caught_up = False
        try:
            if self._iterator is None:
                self._iterator = self._open()
            limit = self._options.max_records_per_fetch
            answer = self._client.ask("GetRecords", ShardIterator=self._iterator, Limit=limit)
        except Throttled:
            self._throttled += 1
            self.next_poll += draw_delay(self._throttled)
            return []
        except Refused as error:
            if error.code != "ExpiredIteratorException":
                raise
            # Nobody asked for five minutes, or the service wants it so: the position is still true.
            self._iterator = None
            return []
        self._throttled = 0
        return self._take(answer, limit)

    def _take(self, answer: dict, limit: int) -> list[dict]:
        records, self._iterator = answer["Records"], answer.get("NextShardIterator")
        lag = answer.get("MillisBehindLatest") or 0
        is_at_end = self._iterator is None
        # An empty answer is not the end: the service may have looked through a part of the shard without records.
        self.is_caught_up = is_at_end or (not records and lag == 0)
        self.is_behind = not is_at_end and (lag > 0 or len(records) >= limit)
        if self._is_unproven and (records or self.is_caught_up):
            records = self._prove(records)
        wanted = next((index for index, record in enumerate(records) if self.is_beyond(record)), len(records))
        self._has_met_end = wanted < len(records)
        if wanted:
            self.position = records[wanted - 1]["SequenceNumber"]
        if is_at_end and not self._has_met_end:
            self.position = SHARD_END
        return records[:wanted]

    def _open(self) -> str:
        request = to_iterator_request(self.position)
        try:
            answer = self._client.ask("GetShardIterator", StreamName=self.stream, ShardId=self.shard, **request)
        except Refused as error:
            if error.code != "InvalidArgumentException" or not is_sequence_number(self.position):
                raise
            if NOT_OF_THIS_STREAM in str(error):
                raise DataLost(describe_recreation(**self._name())) from error
            self._lose(None)
            self.position = TRIM_HORIZON
            return self._open()
        self._is_unproven = is_sequence_number(self.position)
        return answer["ShardIterator"]

    def _prove(self, records: list[dict]) -> list[dict]:
        self._is_unproven = False
        if records and records[0]["SequenceNumber"] == self.position:
            return records[1:]
        self._lose(records[0] if records else None)
        return records

    def _lose(self, oldest: dict | None) -> None:
        text = describe_expiry(**self._name(), oldest=oldest and to_instant(oldest))
        if self._options.fail_on_data_loss:
            raise DataLost(text)
        warn(text)

    def _name(self) -> dict[str, str]:
        return {"stream": self.stream, "shard": self.shard, "position": self.position}
