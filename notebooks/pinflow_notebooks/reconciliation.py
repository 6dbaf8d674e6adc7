"""What was put into the streams against what the tables have: the ledger of the stream."""

from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks import tables
from pinflow_notebooks.kinds import KINDS

CLASSES = ("rows", "quarantined", "duplicates", "missing")
# kind → stream → shard → {"put", *CLASSES}
Ledger = dict[str, dict[str, dict[str, dict[str, int]]]]

# Each record is a text of the shard, one of the sequence number, and the id, which JSON gives as a number or null.
_MANIFEST = "stream string, records array<array<string>>"


def reconcile_puts(spark: SparkSession, *, tables_root: str, puts: str) -> Ledger:
    """Every put is in exactly one class, so put = rows + quarantined + duplicates + missing.

    Its record is the row, or is in the quarantine, or else its id is in the table: it was sent twice and the other
    delivery came first. Anything else is missing.
    """
    ledger: Ledger = {kind: {} for kind in KINDS}
    for kind in KINDS:
        records = _read_puts(spark, f"{puts.rstrip('/')}/{kind}")
        if records is None:
            continue
        rows, refused = _read_rows(spark, tables_root, kind), _read_refused(spark, tables_root, kind)
        classified = _classify_puts(records, rows, refused)
        for row in classified.groupBy("stream", "shard", "class").count().collect():
            shard = _find_shard(ledger, kind, row)
            shard["put"] += row["count"]
            shard[row["class"]] += row["count"]
    return ledger


def _find_shard(ledger: Ledger, kind: str, row: Any) -> dict[str, int]:
    shards = ledger[kind].setdefault(row["stream"], {})
    return shards.setdefault(row["shard"], dict.fromkeys(("put", *CLASSES), 0))


def _read_puts(spark: SparkSession, folder: str) -> DataFrame | None:
    """The records of the manifests of a kind, each once; None where nothing of the kind was put."""
    try:
        manifests = spark.read.text(folder, wholetext=True, pathGlobFilter="*.json")
    except AnalysisException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            return None
        raise
    options = {"mode": "FAILFAST"}
    records = manifests.select(F.from_json("value", _MANIFEST, options).alias("manifest")).select(
        F.col("manifest.stream").alias("stream"), F.explode("manifest.records").alias("record")
    )
    return records.select(
        "stream",
        F.col("record")[0].alias("shard"),
        F.col("record")[1].alias("sequence"),
        F.col("record")[2].try_cast("int").alias("put_ind"),
    ).distinct()


def _read_rows(spark: SparkSession, tables_root: str, kind: str) -> DataFrame:
    table = tables.read_table(spark, tables.clean_path(tables_root, kind))
    return table.select("ind", F.struct("_stream", "_shard", "_sequence").alias("origin"))


def _read_refused(spark: SparkSession, tables_root: str, kind: str) -> DataFrame:
    path = tables.quarantine_path(tables_root, kind)
    if not tables.is_table(spark, path):
        return spark.createDataFrame([], "origin struct<stream: string, shard: string, sequence: string>")
    return tables.read_table(spark, path).select(F.struct("stream", "shard", "sequence").alias("origin"))


def _classify_puts(puts: DataFrame, rows: DataFrame, refused: DataFrame) -> DataFrame:
    put = puts.withColumn("put_origin", F.struct("stream", "shard", "sequence"))
    winners = rows.select(F.col("origin").alias("row_origin"))
    quarantine = refused.select(F.col("origin").alias("refused_origin"))
    known = rows.select("ind")
    joined = (
        put.join(winners, F.col("put_origin") == F.col("row_origin"), "left")
        .join(quarantine, F.col("put_origin") == F.col("refused_origin"), "left")
        .join(known, F.col("put_ind") == F.col("ind"), "left")
    )
    put_class = (
        F.when(F.col("row_origin").isNotNull(), "rows")
        .when(F.col("refused_origin").isNotNull(), "quarantined")
        .when(F.col("ind").isNotNull(), "duplicates")
        .otherwise("missing")
    )
    return joined.withColumn("class", put_class)
