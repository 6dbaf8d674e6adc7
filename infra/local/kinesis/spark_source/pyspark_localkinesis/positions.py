"""How far a shard has been read, as text: what the checkpoint of a query holds, so its form must not change.

``TRIM_HORIZON``: nothing yet, begin at the oldest record. ``AT:<ms>``: nothing yet, begin at that instant.
``SHARD_END``: all of it, and it is closed. Anything else is the sequence number of the last record that was read: some
56 digits, which as a float would lose the end, so it is text and compared as an int.
"""

TRIM_HORIZON = "TRIM_HORIZON"
SHARD_END = "SHARD_END"
_INSTANT = "AT:"

Positions = dict[str, str]
Offset = dict[str, Positions]


def at_instant(milliseconds: int) -> str:
    return f"{_INSTANT}{milliseconds}"


def is_sequence_number(position: str) -> bool:
    return position.isdigit()


def to_iterator_request(position: str) -> dict[str, object]:
    """Fields of GetShardIterator.

    AT instead of AFTER a sequence number: getting the last record again proves that nothing behind it has expired.
    """
    if position == TRIM_HORIZON:
        return {"ShardIteratorType": "TRIM_HORIZON"}
    if position.startswith(_INSTANT):
        return {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": int(position.removeprefix(_INSTANT)) / 1000}
    return {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": position}


def sort_offset(offset: Offset) -> Offset:
    """Spark compares offsets as JSON text, so keys are always in the same order."""
    return {stream: dict(sorted(offset[stream].items())) for stream in sorted(offset)}
