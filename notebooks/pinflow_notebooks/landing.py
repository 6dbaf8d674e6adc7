"""Landed objects → one row per Kafka record."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks.manifest import OffsetRange

RECORD_SCHEMA = "topic string, partition int, offset bigint, raw string, is_utf8 boolean, bytes binary"

# The character set in which every byte is a character, and the other way round.
_BYTEWISE = "ISO-8859-1"

_KEY_IN_PATH = r"/topics/([^/]+)/partition=(\d+)/[^/]+\+(\d+)\.json$"


def read_records(spark: SparkSession, landing_root: str, keys: Sequence[str]) -> DataFrame:
    """One row per line of the objects, with the columns of RECORD_SCHEMA.

    A record that is no UTF-8 has U+FFFD in `raw` in place of what is wrong and its bytes in `bytes`, which is else NULL.

    A line is one Kafka record, so its offset is the start offset in the key plus the index of the line. Whole objects
    are read because Spark does not number the lines of a text file. An object that is listed but absent fails the read.
    """
    if not keys:
        return spark.createDataFrame([], RECORD_SCHEMA)
    paths = [f"{landing_root.rstrip('/')}/{key}" for key in keys]
    # recursiveFileLookup turns the discovery of "partition=<p>" folders off: it would add a column of that name.
    objects = spark.read.text(paths, wholetext=True, recursiveFileLookup=True).select(
        F.col("_metadata.file_path").alias("path"),
        F.is_valid_utf8("value").alias("object_is_utf8"),
        F.split(_split_safe("value"), "\n").alias("lines"),
    )
    # The lines are counted before and dropped by the explosion: kept, all of them are copied into each of its rows.
    counted = objects.select("path", "object_is_utf8", F.size("lines").alias("count"), "lines")
    # The outer form, because the other one splits twice more, to filter objects without lines.
    lines = counted.select("path", "object_is_utf8", "count", F.posexplode_outer("lines").alias("line", "raw"))
    # The newline at the end ends the last record and starts none; an empty line before it is a record (a tombstone).
    records = lines.where(~((F.col("line") == F.col("count") - 1) & (F.col("raw") == "")))
    text = F.when(F.col("object_is_utf8"), F.col("raw")).otherwise(F.encode("raw", _BYTEWISE).cast("string"))
    is_utf8 = F.col("object_is_utf8") | F.is_valid_utf8("text")
    return records.withColumn("text", text).select(
        F.regexp_extract("path", _KEY_IN_PATH, 1).alias("topic"),
        F.regexp_extract("path", _KEY_IN_PATH, 2).cast("int").alias("partition"),
        (F.regexp_extract("path", _KEY_IN_PATH, 3).cast("bigint") + F.col("line")).alias("offset"),
        F.when(is_utf8, F.col("text")).otherwise(F.make_valid_utf8("text")).alias("raw"),
        is_utf8.alias("is_utf8"),
        F.when(~is_utf8, F.col("text").cast("binary")).alias("bytes"),
    )


def _split_safe(name: str) -> Column:
    """split() decodes, and what is no UTF-8 would be lost. An object with such bytes is read as one character per byte,
    so that each of its records can be judged alone (I9) and its bytes kept."""
    bytewise = F.decode(F.col(name).cast("binary"), _BYTEWISE)
    return F.when(F.is_valid_utf8(name), F.col(name)).otherwise(bytewise)


def is_within(ranges: Sequence[OffsetRange]) -> Column:
    """True for records whose partition and offset lie in one of the ranges."""
    return _any_of(
        [(F.col("partition") == r.partition) & (F.col("offset") >= r.start) & (F.col("offset") < r.end) for r in ranges]
    )


def _any_of(conditions: Sequence[Column]) -> Column:
    # A balanced tree: interleaved backfills have hundreds of ranges, and Spark walks expressions recursively.
    if not conditions:
        return F.lit(False)
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    return _any_of(conditions[:half]) | _any_of(conditions[half:])
