from pyspark.sql import SparkSession

from pinflow_notebooks.classification import classify_records, keep_last_records

BATCH = "ind int, _hash string, reasons array<string>, partition int, offset bigint"
CURRENT = "ind int, _run_id string, _hash string, _replaced_hash string"


def classify(
    spark: SparkSession, batch: list[tuple[int | None, str | None]], current: list[tuple[int, str, str, str | None]]
) -> list[str]:
    """Classes of records given as (id, hash), None as the hash of a refused one, in the order of their offsets."""
    rows = [(ind, digest, None if digest else ["not_json"], 0, offset) for offset, (ind, digest) in enumerate(batch)]
    classified = classify_records(spark.createDataFrame(rows, BATCH), spark.createDataFrame(current, CURRENT), "run-2")
    return [row["class"] for row in classified.orderBy("offset").collect()]


def test_the_first_of_an_id_is_clean_and_a_repetition_is_a_duplicate(spark: SparkSession) -> None:
    assert classify(spark, [(1, "A"), (1, "A"), (2, "A"), (1, "A")], []) == ["clean", "duplicate", "clean", "duplicate"]


def test_a_change_and_a_change_back_are_both_clean(spark: SparkSession) -> None:
    assert classify(spark, [(1, "A"), (1, "B"), (1, "A")], []) == ["clean", "clean", "clean"]
    assert classify(spark, [(1, "B"), (1, "A")], [(1, "run-1", "A", None)]) == ["clean", "clean"]


def test_the_first_is_compared_with_the_row_of_another_run(spark: SparkSession) -> None:
    current = [(1, "run-1", "A", "Z"), (2, "run-1", "A", None)]
    assert classify(spark, [(1, "A"), (2, "B"), (2, "B")], current) == ["duplicate", "clean", "duplicate"]


def test_the_first_is_compared_with_what_this_run_replaced(spark: SparkSession) -> None:
    batch = [(1, "B"), (1, "B"), (2, "B"), (3, "A"), (3, "B")]
    before = [(1, "run-1", "A", None), (3, "run-1", "A", None)]
    after = [(1, "run-2", "B", "A"), (2, "run-2", "B", None), (3, "run-2", "B", "A")]
    expected = ["clean", "duplicate", "clean", "duplicate", "clean"]
    assert classify(spark, batch, before) == expected
    assert classify(spark, batch, after) == expected


def test_refused_records_do_not_stand_between_valid_ones(spark: SparkSession) -> None:
    batch = [(1, "A"), (1, None), (1, "A"), (None, None), (None, None)]
    assert classify(spark, batch, []) == ["clean", "quarantined", "duplicate", "quarantined", "quarantined"]


def test_the_last_valid_record_of_each_id_is_kept(spark: SparkSession) -> None:
    rows = [(1, "A", None, 0, 9), (1, "B", None, 0, 10), (1, None, ["age_invalid"], 0, 11), (2, "C", None, 1, 3)]
    kept = keep_last_records(spark.createDataFrame(rows, BATCH)).orderBy("ind").collect()
    assert [(row["ind"], row["_hash"], row["offset"]) for row in kept] == [(1, "B", 10), (2, "C", 3)]
