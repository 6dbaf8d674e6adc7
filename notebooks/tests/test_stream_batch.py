"""One micro-batch on real tables. A batch is the same frame as in a stream, made of records that are already there."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pinflow_notebooks.stream_batch import BatchCounts
from tests.landing_folder import make_row
from tests.stream_batches import ARRIVED, NAMES, Batches, user

SHARED = dict.fromkeys(NAMES, "s")


def counts(result: BatchCounts) -> tuple[int, int, int, int]:
    return result.records, result.rows, result.quarantined, result.duplicates


@pytest.fixture(scope="module")
def batches(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Batches:
    return Batches(spark, tmp_path_factory.mktemp("batches"))


@pytest.fixture
def fresh(spark: SparkSession, tmp_path: Path) -> Batches:
    return Batches(spark, tmp_path)


def test_a_first_batch_becomes_rows_and_says_how_far_it_came(fresh: Batches) -> None:
    """Sequence numbers are compared as numbers: 10 comes after 9, although it sorts before it as a text."""
    result = fresh.write(("9", user(1)), ("10", user(2)), ("10", user(3, age=30), "b"))
    assert result == BatchCounts(
        records=3,
        rows=3,
        quarantined=0,
        duplicates=0,
        newest=int(ARRIVED.timestamp() * 1000),
        positions={"s-user/a": "10", "s-user/b": "10"},
    )
    rows = [(1, 20, "s-user", "a", "9"), (2, 20, "s-user", "a", "10"), (3, 30, "s-user", "b", "10")]
    assert fresh.read_users() == rows


def test_the_first_of_an_id_wins_and_what_repeats_or_contradicts_it_is_counted(fresh: Batches) -> None:
    first = (("10", user(1, age=21)), ("9", user(1)), ("11", user(1)), ("12", user(2)))
    assert counts(fresh.write(*first)) == (4, 2, 1, 1)
    assert fresh.read_refused() == [("10", ["id_conflict"], user(1, age=21), None)]
    later = (("20", user(2)), ("21", user(2, age=90)), ("22", user(3)))
    assert counts(fresh.write(*later)) == (3, 1, 1, 1)
    rows = [(1, 20, "s-user", "a", "9"), (2, 20, "s-user", "a", "12"), (3, 20, "s-user", "a", "22")]
    assert fresh.read_users() == rows
    # Replayed in another order and in other batches, as after a deleted checkpoint.
    versions = fresh.count_versions()
    assert counts(fresh.write(*later)) == (3, 1, 1, 1)
    assert counts(fresh.write(*first, *later)) == (7, 3, 2, 2)
    assert fresh.read_users() == rows
    assert [sequence for sequence, *_ in fresh.read_refused()] == ["10", "21"]
    assert fresh.count_versions() == versions


# The last is what a client sends that encodes its data itself, although the gateway does.
POISON = {
    "not_utf8": b'{"ind": "\xff"}',
    "not_json": '{"ind": 1',
    "not_an_object": json.dumps("eyJpbmQiOiA3fQ=="),
    "key_missing": make_row("user", ind=...),
    "age_missing": make_row("user", age=...),
    "age_invalid": make_row("user", age=-1),
}


def test_the_files_of_many_batches_are_put_together_and_their_ids_stay_known(fresh: Batches, spark: SparkSession) -> None:
    spark.conf.set("spark.databricks.delta.autoCompact.minNumFiles", "3")
    try:
        for ind in range(1, 5):
            assert counts(fresh.write((str(ind), user(ind)))) == (1, 1, 0, 0)
    finally:
        spark.conf.unset("spark.databricks.delta.autoCompact.minNumFiles")
    assert len(fresh.read().inputFiles()) < 4
    assert counts(fresh.write(("5", user(1)), ("6", user(5)))) == (2, 1, 0, 1)
    assert [ind for ind, *_ in fresh.read_users()] == [1, 2, 3, 4, 5]


def test_a_refused_record_is_kept_with_its_reason_and_hinders_no_other(batches: Batches) -> None:
    poison = [(str(100 + number), data) for number, data in enumerate(POISON.values())]
    for _ in range(2):
        assert counts(batches.write(*poison, ("200", user(50)))) == (7, 1, 6, 0)
    refused = batches.read_refused()
    assert [reasons for _, reasons, _, _ in refused] == [[reason] for reason in POISON]
    assert refused[0][2:] == ('{"ind": "\ufffd"}', POISON["not_utf8"])
    assert [(raw, data) for _, _, raw, data in refused[1:]] == [(POISON[reason], None) for reason in list(POISON)[1:]]


def test_a_batch_without_valid_records_leaves_the_table_alone(batches: Batches) -> None:
    versions = batches.count_versions()
    assert batches.write() == BatchCounts(records=0, rows=0, quarantined=0, duplicates=0, newest=None, positions={})
    assert counts(batches.write(("300", "?"))) == (1, 0, 1, 0)
    assert batches.count_versions() == versions


def test_the_kinds_of_a_shared_stream_are_told_apart_by_partition_key(batches: Batches) -> None:
    places = {"geo/7": make_row("geo"), "geo": make_row("geo", ind=8)}
    keys = {"pin": make_row("pin"), **places, "geography": "{}", "": "{}"}
    rows = [(key, data.encode(), "s", "a", str(900 + n), ARRIVED) for n, (key, data) in enumerate(keys.items())]
    taken = {kind: counts(batches.write_rows(rows, kind, SHARED)) for kind in NAMES}
    assert taken == {"pin": (3, 1, 2, 0), "geo": (2, 2, 0, 0), "user": (0, 0, 0, 0)}
    assert sorted(row.ind for row in batches.read("geo").collect()) == [7, 8]
    assert [reasons for _, reasons, _, _ in batches.read_refused("pin")] == [["kind_unknown"]] * 2


def test_a_stream_of_one_kind_takes_any_partition_key(batches: Batches) -> None:
    assert counts(batches.write(("400", user(60)), key="partition-1")) == (1, 1, 0, 0)
