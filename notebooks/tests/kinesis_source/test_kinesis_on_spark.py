"""The source below the real engine: what Spark itself decides, such as who is asked for which offset and when."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.errors import AnalysisException, StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import StreamingQuery

from tests.kinesis_source.fake_kinesis import FakeKinesis

FIRST = "shardId-000000000000"


class Stream:
    """One query on the stream `pins`, which writes down what came in which batch."""

    def __init__(self, session: SparkSession, kinesis: FakeKinesis, folder: Path) -> None:
        self.session, self.kinesis, self.checkpoint = session, kinesis, folder / "checkpoint"
        self.batches: list[tuple[int, list[str]]] = []

    def load(self, **options: str) -> DataFrame:
        own = {"streamName": "pins", "endpoint": self.kinesis.url, "initialPosition": "trim_horizon"}
        keys = {"awsAccessKey": "key", "awsSecretKey": "secret", "region": "us-east-1"}
        return self.session.readStream.format("kinesis").options(**{**own, **keys, **options}).load()

    def start(self, **trigger) -> StreamingQuery:
        writer = self.load().writeStream.foreachBatch(self._take)
        return writer.option("checkpointLocation", str(self.checkpoint)).trigger(**trigger).start()

    def run_available(self) -> list[str]:
        known = len(self.batches)
        query = self.start(availableNow=True)
        assert query.awaitTermination(120)
        return [text for _, texts in self.batches[known:] for text in texts]

    def _take(self, frame: DataFrame, batch: int) -> None:
        # Twice, as a MERGE and the counts behind it do.
        count = frame.count()
        texts = [row.text for row in frame.selectExpr("cast(data as string) text").collect()]
        assert count == len(texts)
        self.batches.append((batch, texts))


@pytest.fixture
def stream(spark, kinesis, tmp_path) -> Iterator[Stream]:
    kinesis.create("pins", 2)
    # As a task on the double of Databricks has one.
    session = spark.newSession()
    yield Stream(session, kinesis, tmp_path)
    for query in session.streams.active:
        query.stop()


def wait_until(is_true, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < limit, "not within its time"
        time.sleep(0.02)


def test_the_source_is_found_by_its_name_in_any_case_with_the_columns_of_databricks(stream):
    frame = stream.session.readStream.format("Kinesis").options(streamName="pins", awsAccessKey="key")
    frame = frame.options(endpoint=stream.kinesis.url, awsSecretKey="secret").load()
    assert [(field.name, field.dataType.simpleString()) for field in frame.schema] == [
        ("partitionKey", "string"),
        ("data", "binary"),
        ("stream", "string"),
        ("shardId", "string"),
        ("sequenceNumber", "string"),
        ("approximateArrivalTimestamp", "timestamp"),
    ]


def test_bad_options_are_told_when_the_stream_is_loaded(stream):
    with pytest.raises(AnalysisException) as raised:
        stream.load(initialPosition="newest", maxRecordsPerFetch="0")
    assert 'option "initialPosition" with the value "newest" is none of latest' in str(raised.value)
    assert 'option "maxRecordsPerFetch" with the value "0" is no whole number' in str(raised.value)


def test_available_now_goes_on_where_the_run_before_ended_and_fetches_every_record_once(stream):
    stream.kinesis.put("pins", 0, "a", "b")
    stream.kinesis.put("pins", 1, "c")
    assert stream.run_available() == ["a", "b", "c"]
    # Per shard one with the records and one that is empty, although the batch was read twice.
    assert stream.kinesis.count("GetRecords") == 4
    assert stream.run_available() == []
    stream.kinesis.put("pins", 1, "d")
    assert stream.run_available() == ["d"]


def test_a_batch_that_was_not_committed_comes_again_with_the_same_rows_and_nothing_newer(stream):
    stream.kinesis.put("pins", 0, "a", "b")
    stream.run_available()
    stream.kinesis.put("pins", 1, "c")
    stream.kinesis.put("pins", 0, "d")
    stream.run_available()
    last = stream.batches[-1]
    for name in ("1", ".1.crc"):
        (stream.checkpoint / "commits" / name).unlink()
    stream.kinesis.put("pins", 0, "new")
    assert stream.run_available() == ["d", "c", "new"]
    assert stream.batches[-2:] == [last, (2, ["new"])]


def test_a_running_query_sees_a_record_within_a_second_also_after_a_split(stream):
    query = stream.start(processingTime="0 seconds")
    stream.kinesis.put("pins", 0, "first")
    wait_until(lambda: stream.batches)
    stream.kinesis.put("pins", 0, "old")
    stream.kinesis.reshard("pins", [0], 2)
    stream.kinesis.put("pins", 2, "new")
    wait_until(lambda: sum(len(batch) for _, batch in stream.batches) == 3)
    assert [text for _, batch in stream.batches for text in batch] == ["first", "old", "new"]
    query.stop()
    newest = max((stream.checkpoint / "offsets").glob("[0-9]*"), key=lambda path: int(path.name))
    assert json.loads(newest.read_text().splitlines()[-1])["pins"][FIRST] == "SHARD_END"
    assert query.exception() is None


def test_records_that_expired_end_the_query_with_what_was_lost(stream):
    stream.kinesis.put("pins", 0, "a")
    stream.run_available()
    stream.kinesis.put("pins", 0, "b", "c")
    stream.kinesis.expire_records("pins", 0, 2)
    query = stream.start(availableNow=True)
    with pytest.raises(StreamingQueryException, match=f'records of shard "{FIRST}" of stream "pins" are lost'):
        query.awaitTermination(60)
