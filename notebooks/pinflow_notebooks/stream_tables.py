"""The Delta tables of the streams: as those of the batch, with a record's place in Kinesis instead of Kafka."""

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks import tables
from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.stream_source import ORIGIN

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
# A commit every second or two: checkpoints as rare as that are enough, and the file that each commit adds is put together
# with others before a MERGE has to open thousands.
PROPERTIES = {"delta.checkpointInterval": "100", "delta.autoOptimize.autoCompact": "true"}


def create_stream_tables(spark: SparkSession, tables_root: str) -> None:
    tables.create_clean_tables(spark, tables_root, AUDIT_COLUMNS, PROPERTIES)


def insert_rows(spark: SparkSession, tables_root: str, kind: str, view: str, ids: tuple[int, int]) -> int:
    """Adds the first valid record of each id that the table does not have yet from the view. Returns how many.

    A post is immutable in the stream: what is in the table stays, so a record that comes again changes nothing (I2).
    `ids` are the lowest and the highest of the valid records: files of the table that hold none between are not opened.
    A text takes less than columns of Python, each of which is a call of the JVM.
    """
    columns = ["ind", *KINDS[kind].columns, *AUDIT_COLUMNS]
    origin = ", ".join(f"{name.removeprefix('_')} AS {name}" for name in AUDIT_COLUMNS if name != "_hash")
    rows = f"""(
        SELECT * FROM (
            SELECT *, {origin},
              row_number() OVER (PARTITION BY ind ORDER BY stream, shard, length(sequence), sequence) AS _position
            FROM {view} WHERE reasons IS NULL
        ) WHERE _position = 1
    )"""
    condition = f"t.ind = s.ind AND t.ind BETWEEN {ids[0]} AND {ids[1]}"
    return tables.merge_selected(spark, tables.clean_path(tables_root, kind), rows, condition, columns)


def add_to_quarantine(spark: SparkSession, tables_root: str, kind: str, refused: DataFrame) -> None:
    """Adds the refused records that are not there yet."""
    path = tables.quarantine_path(tables_root, kind)
    tables.create_table(spark, path, QUARANTINE_COLUMNS, PROPERTIES)
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
