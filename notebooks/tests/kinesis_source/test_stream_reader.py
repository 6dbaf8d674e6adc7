import json
import pickle
import threading
import time
from collections import deque
from datetime import datetime, timezone

import pytest
from pyspark_localkinesis.failures import Refused

from tests.kinesis_source.reading import begin, open_reader, texts_of, to_rows

FIRST, SECOND, THIRD = (f"shardId-{index:012}" for index in range(3))


def test_a_record_has_six_columns_and_an_offset_its_whole_sequence_number(kinesis):
    kinesis.create("pins", 2)
    [number] = kinesis.put("pins", 1, "é", arrived=1795860000.123)
    query = begin(open_reader(kinesis))
    assert query.offset == {"pins": {FIRST: "TRIM_HORIZON", SECOND: "TRIM_HORIZON"}}
    query.read()
    arrived = datetime(2026, 11, 28, 10, 0, 0, 123_000, timezone.utc)
    assert query.batches[0][2] == [("key of é", "é".encode(), "pins", SECOND, number, arrived)]
    assert json.dumps(query.offset) == json.dumps({"pins": {FIRST: "TRIM_HORIZON", SECOND: number}})


def test_several_streams_are_one_query_and_offsets_are_in_the_order_of_names(kinesis):
    kinesis.create("users", 1)
    kinesis.create("pins", 3)
    query = begin(open_reader(kinesis, "users, pins"))
    kinesis.put("pins", 2, "p")
    kinesis.put("users", 0, "u")
    assert query.read_all() == ["p", "u"]
    assert list(query.offset) == ["pins", "users"]
    assert list(query.offset["pins"]) == [FIRST, SECOND, THIRD]


def test_an_iterator_is_asked_for_once_and_again_when_it_has_expired(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "a")
    assert query.read() == ["a"]
    kinesis.put("pins", 0, "b")
    assert query.read() == ["b"]
    assert kinesis.count("GetShardIterator") == 1
    kinesis.expire_iterators()
    kinesis.put("pins", 0, "c")
    assert query.read_all() == ["c"]
    assert kinesis.count("GetShardIterator") == 2


def test_a_shard_that_throttles_is_left_alone_for_a_while_and_then_read_to_the_end(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "a", "b")
    kinesis.refuse("ListShards", "LimitExceededException")
    kinesis.refuse("GetShardIterator", "ProvisionedThroughputExceededException")
    kinesis.refuse("GetRecords", "ProvisionedThroughputExceededException")
    began, texts = time.monotonic(), []
    while not texts:
        texts = query.read()
    assert texts == ["a", "b"]
    assert not any(kinesis.answers.values())
    # Two times the period, and at least half of 0.4 and 0.8 s of waiting.
    assert time.monotonic() - began > 0.4 + 0.6
    assert kinesis.count("GetRecords") == 2


def test_a_refusal_that_waiting_does_not_heal_ends_the_query_with_its_reason(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.refuse("GetRecords", "AccessDeniedException")
    with pytest.raises(Refused, match="GetRecords was refused with AccessDeniedException: by the test"):
        query.read()


def test_answers_of_a_server_in_trouble_are_asked_for_again(kinesis, capsys):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "a")
    failure = (500, {"__type": "InternalFailure"})
    kinesis.answers["GetRecords"] = deque([failure, failure])
    assert query.read() == ["a"]
    assert "GetRecords is tried again after status 500" in capsys.readouterr().err


def test_an_empty_answer_with_more_behind_it_is_not_the_end(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "a")
    query.reader.prepareForTriggerAvailableNow()
    iterator = f"pins/{FIRST}/0/0"
    empty = (200, {"Records": [], "NextShardIterator": iterator, "MillisBehindLatest": 5000})
    kinesis.answers["GetRecords"] = deque([empty] * 3)
    assert query.read() == ["a"]
    assert query.read() == []


def test_without_news_a_shard_is_asked_at_most_five_times_a_second_and_a_record_is_seen_at_once(kinesis):
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    began = time.monotonic()
    while time.monotonic() - began < 1.5:
        assert query.read() == []
    seconds = time.monotonic() - began
    assert 4 <= kinesis.count("GetRecords") <= 5 * seconds + 1
    # One of them for the first offset.
    assert kinesis.count("ListShards") <= seconds + 2
    put_at: list[float] = []

    def put() -> None:
        put_at.append(time.monotonic())
        kinesis.put("pins", 0, "a")

    threading.Timer(0.3, put).start()
    while not query.read():
        pass
    assert time.monotonic() - put_at[0] < 0.3


def test_latest_loses_nothing_that_is_put_between_the_start_and_the_first_poll(kinesis):
    kinesis.create("pins", 1)
    kinesis.put("pins", 0, "long ago", arrived=time.time() - 60)
    query = begin(open_reader(kinesis, initialPosition="latest"))
    assert query.offset["pins"][FIRST].startswith("AT:")
    kinesis.put("pins", 0, "in between")
    assert query.read() == ["in between"]


def test_an_instant_is_where_reading_begins(kinesis):
    kinesis.create("pins", 1)
    for second in range(3):
        kinesis.put("pins", 0, str(second), arrived=1795860000 + second)
    query = begin(open_reader(kinesis, initialPosition='{"at_timestamp": "2026-11-28T10:00:01Z"}'))
    assert query.read() == ["1", "2"]


def test_a_reader_goes_through_pickle_before_and_after_its_first_question(kinesis):
    kinesis.create("pins", 1)
    reader = pickle.loads(pickle.dumps(open_reader(kinesis)))
    kinesis.put("pins", 0, "a")
    assert begin(reader).read() == ["a"]


def test_available_now_reads_what_had_arrived_in_as_many_batches_as_it_takes_and_ends_under_load(kinesis):
    kinesis.create("pins", 1)
    kinesis.put("pins", 0, *map(str, range(25)), arrived=time.time() - 5)
    query = begin(open_reader(kinesis, maxRecordsPerFetch="10"))
    query.reader.prepareForTriggerAvailableNow()
    kinesis.put("pins", 0, "later", arrived=time.time() + 5)
    assert query.read_all() == [str(number) for number in range(25)]
    # The next run has it.
    next_query = begin(open_reader(kinesis))
    next_query.offset = query.offset
    assert next_query.read() == ["later"]


def test_a_replay_has_the_same_rows_in_the_same_order(kinesis):
    kinesis.create("pins", 2)
    query = begin(open_reader(kinesis, maxRecordsPerFetch="3"))
    for shard in (1, 0):
        kinesis.put("pins", shard, *(f"{shard}.{index}" for index in range(8)))
    query.read_until(16)
    kinesis.reshard("pins", [0], 2)
    kinesis.put("pins", 2, "of a child")
    assert query.read_until(1) == ["of a child"]
    kinesis.put("pins", 1, "too new")
    other = open_reader(kinesis, maxRecordsPerFetch="7")
    assert len(query.batches) >= 2
    for start, end, rows in query.batches:
        assert to_rows(other.readBetweenOffsets(start, end)) == rows
    assert "too new" not in texts_of([row for _, _, rows in query.batches for row in rows])
