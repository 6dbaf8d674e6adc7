"""Kinesis → one row per record of a kind, as cleaning.clean_records takes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks.cleaning import clean_records

# Where a record comes from. Sequence numbers are decimals of some 56 digits, which no number type of Spark holds.
ORIGIN = ("stream", "shard", "sequence")


@dataclass(frozen=True)
class Source:
    """Where the streams are: `names` by kind; `endpoint` and `service_credential` are "" where there is none."""

    names: Mapping[str, str]
    region: str
    endpoint: str
    service_credential: str


def read_clean_stream(spark: SparkSession, source: Source, kind: str) -> DataFrame:
    """The records of the kind with their clean columns, `_hash`, `reasons`, raw, bytes, origin and arrived.

    The cleaning is part of the stream and not of its batches, because Spark then analyses it once and not per batch.
    """
    records = spark.readStream.format("kinesis").options(**list_options(source, kind)).load()
    return clean_stream(records, source.names, kind)


def clean_stream(records: DataFrame, names: Mapping[str, str], kind: str) -> DataFrame:
    """The records of the kind among `records`, which have the columns of the source `kinesis`."""
    cleaned = clean_records(kind, _select_kind(records, names, kind))
    # Nobody else takes a record of a shared stream whose key names no kind, and dropped it would be missed (I9).
    reasons = F.when(F.col("is_known"), F.col("reasons")).otherwise(F.array(F.lit("kind_unknown")))
    content_hash = F.when(F.col("is_known"), F.col("_hash"))
    return cleaned.withColumns({"reasons": reasons, "_hash": content_hash}).drop("is_known")


def list_options(source: Source, kind: str) -> dict[str, str]:
    """The options of the query of a kind, for the source of Databricks and for the one that stands in for it."""
    readers = list(source.names.values()).count(source.names[kind])
    options = {
        "streamName": source.names[kind],
        "region": source.region,
        "initialPosition": "earliest",
        "endpoint": source.endpoint,
        "serviceCredential": source.service_credential,
        # Five reads a second and shard are for all its readers together.
        "minFetchPeriod": f"{250 * readers}ms" if readers > 1 else "",
    }
    return {name: value for name, value in options.items() if value}


def _select_kind(records: DataFrame, names: Mapping[str, str], kind: str) -> DataFrame:
    sharing = [other for other in names if names[other] == names[kind]]
    is_known: Column = F.lit(True)
    if len(sharing) > 1:
        # "<kind>", the course's constant, or "<kind>/<record key>", which spreads the kind over the shards.
        named = F.substring_index("partitionKey", "/", 1)
        is_known = named.isin(*sharing)
        taken = (named == kind) | ~is_known if kind == sharing[0] else named == kind
        records = records.where(taken)
    text = F.col("data").cast("string")
    is_utf8 = F.is_valid_utf8(text)
    return records.select(
        F.when(is_utf8, text).otherwise(F.make_valid_utf8(text)).alias("raw"),
        is_utf8.alias("is_utf8"),
        F.when(~is_utf8, F.col("data")).alias("bytes"),
        is_known.alias("is_known"),
        "stream",
        F.col("shardId").alias("shard"),
        F.col("sequenceNumber").alias("sequence"),
        F.col("approximateArrivalTimestamp").alias("arrived"),
    )
