import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from pinflow_notebooks.landing import RECORD_SCHEMA, is_within, read_records
from pinflow_notebooks.manifest import OffsetRange
from tests.landing_folder import LandingFolder


def test_a_line_has_the_offset_of_its_place(spark: SparkSession, landing: LandingFolder) -> None:
    keys = [
        landing.put("pin", 5, '{"a":1}', "", '{"a":2}'),
        landing.put("pin", 8, '{"a":3}'),
        landing.put("pin", 10_000_000_000, "far", partition=3),
    ]
    rows = read_records(spark, landing.root, keys).orderBy("partition", "offset").collect()
    assert [tuple(row) for row in rows] == [
        ("pinterest.pin", 0, 5, '{"a":1}', True, None),
        ("pinterest.pin", 0, 6, "", True, None),
        ("pinterest.pin", 0, 7, '{"a":2}', True, None),
        ("pinterest.pin", 0, 8, '{"a":3}', True, None),
        ("pinterest.pin", 3, 10_000_000_000, "far", True, None),
    ]


def test_only_a_newline_ends_a_record(spark: SparkSession, landing: LandingFolder) -> None:
    lines = ["a\rb", "c\u2028d\u2029e\u0085f", "\x0b\x0c", "no newline at the end"]
    key = landing.put_bytes("user", 0, "\n".join(lines).encode())
    rows = read_records(spark, landing.root, [key]).orderBy("offset").collect()
    assert [row["raw"] for row in rows] == lines


def test_bytes_that_are_no_utf8_are_kept_and_concern_no_other_record(
    spark: SparkSession, landing: LandingFolder
) -> None:
    texts = ['{"a":"\u00e9"}', '{"a":"sent as \ufffd"}', "", "\ufeff", "\U0001f600"]
    key = landing.put_bytes("user", 0, b'{"a":"\xff"}\n' + "\n".join(texts).encode() + b"\n\xc3\n")
    rows = read_records(spark, landing.root, [key]).orderBy("offset").collect()
    assert [row["is_utf8"] for row in rows] == [False, *(True for _ in texts), False]
    assert [row["raw"] for row in rows] == ['{"a":"\ufffd"}', *texts, "\ufffd"]
    assert [row["bytes"] for row in rows] == [b'{"a":"\xff"}', *(None for _ in texts), b"\xc3"]


def test_a_replacement_character_that_was_sent_is_text(spark: SparkSession, landing: LandingFolder) -> None:
    key = landing.put("user", 0, '{"a":"\ufffd"}')
    assert [row["is_utf8"] for row in read_records(spark, landing.root, [key]).collect()] == [True]


def test_no_objects_and_empty_objects_have_no_records(spark: SparkSession, landing: LandingFolder) -> None:
    nothing = read_records(spark, landing.root, [])
    assert nothing.collect() == []
    empty = read_records(spark, landing.root, [landing.put_bytes("geo", 0, b"")])
    assert empty.collect() == []
    expected = spark.createDataFrame([], RECORD_SCHEMA).dtypes
    assert nothing.dtypes == empty.dtypes == expected


def test_an_object_that_is_absent_fails_the_read(spark: SparkSession, landing: LandingFolder) -> None:
    with pytest.raises(AnalysisException, match="PATH_NOT_FOUND"):
        read_records(spark, landing.root, ["topics/pinterest.geo/partition=0/pinterest.geo+0+0000000000.json"])


def test_offsets_are_within_half_open_ranges_of_their_partition(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(p, o) for p in (0, 1) for o in range(8)], "partition int, offset bigint")
    ranges = [OffsetRange(0, 1, 3), OffsetRange(0, 5, 6), OffsetRange(1, 0, 1), OffsetRange(1, 4, 4)]
    inside = [tuple(row) for row in frame.where(is_within(ranges)).orderBy("partition", "offset").collect()]
    assert inside == [(0, 1), (0, 2), (0, 5), (1, 0)]
    assert frame.where(is_within([])).collect() == []


def test_hundreds_of_ranges_are_no_problem(spark: SparkSession) -> None:
    ranges = [OffsetRange(0, 10 * i, 10 * i + 1) for i in range(300)]
    inside = spark.range(3_000).selectExpr("0 AS partition", "id AS offset").where(is_within(ranges))
    assert [row["offset"] for row in inside.orderBy("offset").collect()] == [r.start for r in ranges]
