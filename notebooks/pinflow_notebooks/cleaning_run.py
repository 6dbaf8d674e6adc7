"""One run of the cleaning: landed objects → clean and quarantine tables, and the counts for the ledger."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks import tables
from pinflow_notebooks.classification import CLASSES, classify_records, keep_last_records
from pinflow_notebooks.cleaning import clean_records
from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.landing import is_within, read_records
from pinflow_notebooks.manifest import Manifest

Counts = dict[str, dict[str, int]]


def clean_landing(
    spark: SparkSession, landing: Manifest, *, landing_root: str, tables_root: str, run_id: str
) -> dict[str, Counts]:
    """Cleans the objects that `landing` names below `landing_root`.

    Returns {"own": {kind: {class: n}}, "carriedOver": …}: own are the records in the acknowledged ranges. Every
    record of the objects is in exactly one class (I1). Running it again with the same arguments changes nothing and
    returns the same.
    """
    tables.create_clean_tables(spark, tables_root)
    batches = {
        kind: clean_records(kind, read_records(spark, landing_root, landing.objects[kind]))
        for kind in KINDS
        if landing.objects[kind]
    }
    counts = _count_classes(spark, batches, landing, tables_root=tables_root, run_id=run_id)
    uncertain = {}
    for kind, batch in batches.items():
        totals = {name: sum(counts[owner][kind][name] for owner in counts) for name in CLASSES}
        # A commit costs more than all the parsing, so there is none without need.
        if totals["clean"]:
            changes = _select_changes(kind, batch, run_id)
            written = tables.merge_changes(spark, tables.clean_path(tables_root, kind), changes)
            if written != totals["clean"]:
                uncertain[kind] = batch
        if totals["quarantined"]:
            tables.merge_quarantine(spark, tables.quarantine_path(tables_root, kind), _select_refused(batch, run_id))
    # A clean record changes a row. Where another number of rows was written, an id had several clean records, or
    # another run came between count and merge. Now that the rows tell what this run replaced, a second count is sure.
    if uncertain:
        recounted = _count_classes(spark, uncertain, landing, tables_root=tables_root, run_id=run_id)
        for owner in counts:
            counts[owner].update({kind: recounted[owner][kind] for kind in uncertain})
    return counts


def _count_classes(
    spark: SparkSession, batches: Mapping[str, DataFrame], landing: Manifest, *, tables_root: str, run_id: str
) -> dict[str, Counts]:
    counts = {owner: {kind: dict.fromkeys(CLASSES, 0) for kind in KINDS} for owner in ("own", "carriedOver")}
    frames = []
    for kind, batch in batches.items():
        current = tables.read_table(spark, tables.clean_path(tables_root, kind))
        classified = classify_records(batch, current, run_id)
        is_own = is_within(landing.acknowledged[kind])
        frames.append(classified.select(F.lit(kind).alias("kind"), is_own.alias("own"), "class"))
    # One job for all kinds: on some ten thousand rows its planning is most of the cost.
    rows: list[Any] = []
    if frames:
        rows = reduce(DataFrame.unionAll, frames).groupBy("kind", "own", "class").count().collect()
    for row in rows:
        counts["own" if row["own"] else "carriedOver"][row["kind"]][row["class"]] = row["count"]
    return counts


def _select_changes(kind: str, batch: DataFrame, run_id: str) -> DataFrame:
    return keep_last_records(batch).select(
        "ind",
        *KINDS[kind].columns,
        F.lit(run_id).alias("_run_id"),
        F.col("topic").alias("_topic"),
        F.col("partition").alias("_partition"),
        F.col("offset").alias("_offset"),
        "_hash",
    )


def _select_refused(batch: DataFrame, run_id: str) -> DataFrame:
    refused = batch.where(F.col("reasons").isNotNull())
    return refused.select("raw", "bytes", "reasons", "topic", "partition", "offset", F.lit(run_id).alias("run_id"))
