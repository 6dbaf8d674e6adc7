"""One micro-batch of one kind: cleaned records → rows, quarantine and counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks import stream_tables

VIEW = "pinflow_batch"


@dataclass(frozen=True)
class BatchCounts:
    """What became of the records of a batch: records = rows + quarantined + duplicates.

    `newest` is the arrival of the newest record in milliseconds since 1970, None without records. `positions` has the
    last sequence number by "<stream>/<shard>".
    """

    records: int
    rows: int
    quarantined: int
    duplicates: int
    newest: int | None
    positions: Mapping[str, str]


def write_batch(batch: DataFrame, tables_root: str, kind: str) -> BatchCounts:
    """Writes the batch, as stream_source.read_clean_stream gives it. Written again, it changes nothing and counts the
    same. Each step costs Spark jobs, so none is done without need: most batches have no duplicate and nothing refused.
    """
    spark = batch.sparkSession
    batch.createOrReplaceTempView(VIEW)
    shards = _measure_shards(spark)
    records = sum(shard["records"] for shard in shards)
    valid = sum(shard["valid"] for shard in shards)
    inserted = 0
    if valid:
        lowest = min(shard["lowest"] for shard in shards if shard["valid"])
        highest = max(shard["highest"] for shard in shards if shard["valid"])
        inserted = stream_tables.insert_rows(spark, tables_root, kind, VIEW, (lowest, highest))
    classes = {"row": inserted, "duplicate": 0, "quarantined": records - valid}
    refused = batch.where(F.col("reasons").isNotNull())
    if inserted != valid:
        # Not all valid records are new: the table says what the others are.
        classified = stream_tables.classify_written(spark, tables_root, kind, batch)
        counted = {row["class"]: row["count"] for row in classified.groupBy("class").count().collect()}
        classes = {name: counted.get(name, 0) for name in classes}
        refused = classified.where(F.col("class") == "quarantined")
    if classes["quarantined"]:
        stream_tables.add_to_quarantine(spark, tables_root, kind, refused)
    return BatchCounts(
        records=records,
        rows=classes["row"],
        quarantined=classes["quarantined"],
        duplicates=classes["duplicate"],
        newest=max((shard["newest"] for shard in shards), default=None),
        positions={f"{shard['stream']}/{shard['shard']}": shard["last"] for shard in shards},
    )


def _measure_shards(spark: SparkSession) -> list:
    return spark.sql(f"""
        SELECT stream, shard, count(*) AS records, count(_hash) AS valid, unix_millis(max(arrived)) AS newest,
          max(struct(length(sequence), sequence)).sequence AS last,
          min(ind) FILTER (WHERE reasons IS NULL) AS lowest, max(ind) FILTER (WHERE reasons IS NULL) AS highest
        FROM {VIEW} GROUP BY stream, shard
    """).collect()
