"""What became of each record: clean, duplicate or quarantined.

The valid records of a batch are ordered per record id by partition and offset. A record whose content equals that of
its predecessor is a duplicate, any other is clean: it changed something. The predecessor of the first is the base: the
row of the table, or, when this very run wrote that row, what the run replaced. So a run that is executed again, after
a crash or a lost response, counts the same (I2, I6).
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

CLASSES = ("clean", "quarantined", "duplicate")


def classify_records(batch: DataFrame, current: DataFrame, run_id: str) -> DataFrame:
    """`batch`, as cleaning.clean_records gives it, plus `class`. `current` is the clean table before or after."""
    base = F.when(F.col("_run_id") == run_id, F.col("_replaced_hash")).otherwise(F.col("_hash"))
    bases = current.select(F.col("ind").alias("base_ind"), base.alias("base"))
    refused = F.col("reasons").isNotNull()
    # Refused records share ids with valid ones and must not stand between them.
    order = Window.partitionBy("ind", refused).orderBy("partition", "offset")
    predecessor = F.coalesce(F.lag("_hash").over(order), F.col("base"))
    record_class = (
        F.when(refused, "quarantined").when(F.col("_hash").eqNullSafe(predecessor), "duplicate").otherwise("clean")
    )
    joined = batch.join(bases, (F.col("ind") == F.col("base_ind")) & ~refused, "left")
    return joined.withColumn("class", record_class).drop("base_ind", "base")


def keep_last_records(batch: DataFrame) -> DataFrame:
    """The last valid record of each id."""
    newest_first = Window.partitionBy("ind").orderBy(F.col("partition").desc(), F.col("offset").desc())
    valid = batch.where(F.col("reasons").isNull())
    return valid.withColumn("position", F.row_number().over(newest_first)).where("position = 1").drop("position")
