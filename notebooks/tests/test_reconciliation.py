"""Put manifests against the tables of a stream."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pinflow_notebooks.reconciliation import reconcile_puts
from tests.put_manifests import PutFolder
from tests.stream_batches import Batches, user

NOTHING = {"put": 0, "rows": 0, "quarantined": 0, "duplicates": 0, "missing": 0}
# Shard, sequence number and id of what was put, by the class that it belongs to. The table has id 1 from the shard "a"
# at 10, and the quarantine what came at 11 and 12 there.
PUTS = {
    "rows": ("a", "10", 1),
    "quarantined": ("a", "11", None),
    # The id of a row, but the record itself was refused: another content.
    "quarantined ": ("a", "12", 1),
    # Sent twice, and only the later delivery came; or the earlier one is the row.
    "duplicates": ("a", "9", 1),
    "missing": ("a", "13", 2),
    "missing ": ("a", "14", None),
    "missing  ": ("a", "15", 2**40),
}


@pytest.fixture(scope="module")
def batches(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Batches:
    batches = Batches(spark, tmp_path_factory.mktemp("ledger"))
    batches.write(("10", user(1)), ("11", "?"), ("12", user(1, age=50)))
    return batches


def test_every_put_is_in_one_class_of_its_shard(spark: SparkSession, tmp_path: Path, batches: Batches) -> None:
    puts = PutFolder(tmp_path)
    puts.write("user", "s-user", *PUTS.values())
    # The same sequence number of another shard and of another stream is another record.
    puts.write("user", "s-user", ("b", "10", 2))
    puts.write("user", "elsewhere", ("a", "10", 2))
    # An emulator that repeats a slice writes its manifest again.
    puts.write("user", "s-user", ("a", "13", 2))
    classes = [name.strip() for name in PUTS]
    shard = {"put": len(PUTS), **{name: classes.count(name) for name in classes}}
    missing = {**NOTHING, "put": 1, "missing": 1}
    assert reconcile_puts(spark, tables_root=batches.root, puts=puts.root) == {
        "pin": {},
        "geo": {},
        "user": {"s-user": {"a": shard, "b": missing}, "elsewhere": {"a": missing}},
    }


def test_nothing_put_is_an_empty_ledger(spark: SparkSession, tmp_path: Path, batches: Batches) -> None:
    nowhere = (tmp_path / "nowhere").as_uri()
    assert reconcile_puts(spark, tables_root=batches.root, puts=nowhere) == {"pin": {}, "geo": {}, "user": {}}


def test_a_kind_without_a_quarantine_is_reconciled_too(spark: SparkSession, tmp_path: Path, batches: Batches) -> None:
    puts = PutFolder(tmp_path)
    puts.write("geo", "s-geo", ("a", "1", 1))
    ledger = reconcile_puts(spark, tables_root=batches.root, puts=puts.root)
    assert ledger["geo"] == {"s-geo": {"a": {**NOTHING, "put": 1, "missing": 1}}}
