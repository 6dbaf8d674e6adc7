import pytest
from pyspark_localkinesis.failures import DataLost

from tests.kinesis_source.reading import Query, begin, open_reader

FIRST = "shardId-000000000000"


@pytest.fixture
def query(kinesis) -> Query:
    """Has read the first of five records."""
    kinesis.create("pins", 1)
    query = begin(open_reader(kinesis))
    kinesis.put("pins", 0, "1")
    assert query.read() == ["1"]
    kinesis.put("pins", 0, "2", "3", arrived=1795860000)
    kinesis.put("pins", 0, "4", "5", arrived=1795860060)
    return query


def test_records_that_expired_unread_end_the_query_and_it_says_which(kinesis, query):
    last = query.offset["pins"][FIRST]
    kinesis.expire_records("pins", 0, 3)
    with pytest.raises(DataLost) as raised:
        Query(open_reader(kinesis), query.offset).read()
    text = str(raised.value)
    assert f'shard "{FIRST}" of stream "pins"' in text
    assert f'sequence number "{last}"' in text
    assert "the oldest record there now arrived at 2026-11-28T10:01:00.000+00:00" in text
    assert '"failOnDataLoss" to "false"' in text
    assert "start with a new checkpoint" in text


def test_without_fail_on_data_loss_reading_goes_on_at_the_oldest_record_with_a_warning(kinesis, query, capsys):
    kinesis.expire_records("pins", 0, 3)
    assert Query(open_reader(kinesis, failOnDataLoss="false"), query.offset).read() == ["4", "5"]
    assert "are lost" in capsys.readouterr().err


def test_a_shard_of_which_nothing_is_left_is_a_loss_too(kinesis, query):
    kinesis.expire_records("pins", 0, 5)
    with pytest.raises(DataLost, match="there is no record left"):
        Query(open_reader(kinesis), query.offset).read()


def test_records_that_expired_after_they_were_read_are_no_loss_while_the_query_runs(kinesis, query):
    assert query.read() == ["2", "3", "4", "5"]
    kinesis.expire_records("pins", 0, 5)
    kinesis.put("pins", 0, "6")
    assert query.read() == ["6"]


def test_a_shard_that_expired_unread_is_a_loss(kinesis, query):
    kinesis.reshard("pins", [0], 2)
    del kinesis.streams["pins"][0]
    with pytest.raises(DataLost, match=f'shard "{FIRST}" of stream "pins" is gone'):
        Query(open_reader(kinesis), query.offset).read()
    kinesis.put("pins", 0, "child")
    assert Query(open_reader(kinesis, failOnDataLoss="false"), query.offset).read() == ["child"]


def test_a_stream_that_was_created_again_ends_a_running_query(kinesis, query):
    query.read()
    kinesis.create("pins", 1)
    with pytest.raises(DataLost, match='stream "pins" was deleted and created again'):
        while True:
            query.read()


@pytest.mark.parametrize("option", ["true", "false"])
def test_a_stream_that_was_created_again_ends_a_query_that_starts_whatever_its_options(kinesis, query, option):
    kinesis.create("pins", 1)
    kinesis.put("pins", 0, "of another stream")
    with pytest.raises(DataLost, match='stream "pins" was deleted and created again.*new checkpoint'):
        Query(open_reader(kinesis, failOnDataLoss=option), query.offset).read()


def test_a_batch_that_cannot_be_read_again_is_not_replayed_in_part(kinesis, query):
    start = query.offset
    query.read()
    kinesis.expire_records("pins", 0, 2)
    with pytest.raises(DataLost):
        list(open_reader(kinesis).readBetweenOffsets(start, query.offset))
