"""The Delta tables of the streams: as those of the batch, with a record's place in Kinesis instead of Kafka."""

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from pinflow_notebooks import tables
from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.stream_source import ORIGIN, order_sequences

AUDIT_COLUMNS = {
    "_stream": "string",
    "_shard": "string",
    "_sequence": "string",
    "_arrived": "timestamp",
    "_hash": "string",
}
QUARANTINE_COLUMNS = {
    "raw": "string",
    "bytes": "binary",
    "reasons": "array<string>",
    "stream": "string",
    "shard": "string",
    "sequence": "string",
    "arrived": "timestamp",
}


def create_stream_tables(spark: SparkSession, tables_root: str) -> None:
    tables.create_clean_tables(spark, tables_root, AUDIT_COLUMNS)


def insert_rows(spark: SparkSession, tables_root: str, kind: str, batch: DataFrame) -> int:
    """Adds the first valid record of each id that the table does not have yet. Returns how many.

    A post is immutable in the stream: what is in the table stays, so a record that comes again changes nothing (I2).
    """
    first = Window.partitionBy("ind").orderBy("stream", "shard", *order_sequences())
    valid = batch.where(F.col("reasons").isNull())
    rows = valid.withColumn("position", F.row_number().over(first)).where("position = 1")
    origin = (F.col(name.removeprefix("_")).alias(name) for name in AUDIT_COLUMNS if name != "_hash")
    new = rows.select("ind", *KINDS[kind].columns, *origin, "_hash")
    return tables.merge_new(spark, tables.clean_path(tables_root, kind), new, key=("ind",))


def add_to_quarantine(spark: SparkSession, tables_root: str, kind: str, refused: DataFrame) -> None:
    """Adds the refused records that are not there yet."""
    path = tables.quarantine_path(tables_root, kind)
    tables.create_table(spark, path, QUARANTINE_COLUMNS)
    tables.merge_new(spark, path, refused.select(*QUARANTINE_COLUMNS), key=ORIGIN)


def classify_written(spark: SparkSession, tables_root: str, kind: str, batch: DataFrame) -> DataFrame:
    """The batch, which has been inserted, plus `class` and the reason of an id conflict.

    Its record is the row of the table, or has the same content as that row (a duplicate), or contradicts it. Because
    the table answers, a batch that is replayed counts the same, also when a kill came between the write and the
    checkpoint or the checkpoint is gone.
    """
    winners = tables.read_table(spark, tables.clean_path(tables_root, kind)).select(
        F.col("ind").alias("winner_ind"),
        F.struct("_stream", "_shard", "_sequence").alias("winner"),
        F.col("_hash").alias("winner_hash"),
    )
    is_valid = F.col("reasons").isNull()
    joined = batch.join(winners, is_valid & (F.col("ind") == F.col("winner_ind")), "left")
    is_row = F.col("winner") == F.struct(*ORIGIN)
    is_duplicate = F.col("_hash") == F.col("winner_hash")
    record_class = (
        F.when(~is_valid, "quarantined").when(is_row, "row").when(is_duplicate, "duplicate").otherwise("quarantined")
    )
    conflict = F.coalesce(F.col("reasons"), F.array(F.lit("id_conflict")))
    reasons = F.when(record_class == "quarantined", conflict)
    classified = joined.withColumns({"class": record_class, "reasons": reasons})
    return classified.drop("winner_ind", "winner", "winner_hash")
