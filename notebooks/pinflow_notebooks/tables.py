"""The Delta tables of a pipeline: one per kind, and one per kind of which a record was ever refused."""

from collections.abc import Mapping, Sequence

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pinflow_notebooks.conflicts import retry_on_conflict
from pinflow_notebooks.kinds import KINDS

AUDIT_COLUMNS = {
    "_run_id": "string",
    "_topic": "string",
    "_partition": "int",
    "_offset": "bigint",
    "_hash": "string",
    "_replaced_hash": "string",
}
QUARANTINE_COLUMNS = {
    "raw": "string",
    "bytes": "binary",
    "reasons": "array<string>",
    "topic": "string",
    "partition": "int",
    "offset": "bigint",
    "run_id": "string",
}

NO_PROPERTIES: Mapping[str, str] = {}


def clean_path(tables_root: str, kind: str) -> str:
    return f"{tables_root.rstrip('/')}/{kind}"


def quarantine_path(tables_root: str, kind: str) -> str:
    return f"{tables_root.rstrip('/')}/{kind}_quarantine"


def read_table(spark: SparkSession, path: str) -> DataFrame:
    return spark.read.format("delta").load(path)


def create_clean_tables(
    spark: SparkSession,
    tables_root: str,
    audit_columns: Mapping[str, str] = AUDIT_COLUMNS,
    properties: Mapping[str, str] = NO_PROPERTIES,
) -> None:
    """Creates those of the three that do not exist yet, so that queries find them all after any run."""
    for kind in KINDS:
        columns = {"ind": "int", **KINDS[kind].columns, **audit_columns}
        create_table(spark, clean_path(tables_root, kind), columns, properties)


def merge_changes(spark: SparkSession, path: str, changes: DataFrame) -> int:
    """Writes the last row of each record id, unless the table has it already or something newer. Returns how many.

    `changes` has the table's columns without `_replaced_hash`, one row per `ind`. That column keeps what this run
    replaced, so a second execution of the run compares with the same base as the first (classification.py).
    """
    changed_names = changes.columns
    changes.createOrReplaceTempView("pinflow_changes")
    updates = ", ".join(f"t.{_quote(name)} = s.{_quote(name)}" for name in changed_names)
    statement = f"""
        MERGE INTO delta.{_quote(path)} AS t USING pinflow_changes AS s ON t.ind = s.ind
        WHEN MATCHED AND s._hash <> t._hash
          AND (s._topic <> t._topic OR s._partition <> t._partition OR s._offset > t._offset)
        THEN UPDATE SET {updates},
          t._replaced_hash = CASE WHEN t._run_id = s._run_id THEN t._replaced_hash ELSE t._hash END
        WHEN NOT MATCHED THEN INSERT {_insert(changed_names)}
    """
    return _merge(spark, path, statement)


def merge_quarantine(spark: SparkSession, path: str, refused: DataFrame) -> None:
    """Adds the refused records that are not there yet. `refused` has the columns of QUARANTINE_COLUMNS."""
    create_table(spark, path, QUARANTINE_COLUMNS)
    merge_new(spark, path, refused, key=("topic", "partition", "offset"))


def merge_new(spark: SparkSession, path: str, rows: DataFrame, key: Sequence[str]) -> int:
    """Adds the rows whose key is not in the table yet. `rows` has the table's columns and each key once."""
    rows.createOrReplaceTempView("pinflow_new")
    same_key = " AND ".join(f"t.{_quote(name)} = s.{_quote(name)}" for name in key)
    return merge_selected(spark, path, "pinflow_new", same_key, rows.columns)


def merge_selected(spark: SparkSession, path: str, rows: str, condition: str, names: Sequence[str]) -> int:
    """Adds the rows for which the table has none. `rows` is a view or a query in parentheses with the columns `names`;
    `condition` knows them as s and the table as t. Returns how many.
    """
    statement = f"""
        MERGE INTO delta.{_quote(path)} AS t USING {rows} AS s ON {condition}
        WHEN NOT MATCHED THEN INSERT {_insert(names)}
    """
    return _merge(spark, path, statement)


def create_table(
    spark: SparkSession, path: str, columns: Mapping[str, str], properties: Mapping[str, str] = NO_PROPERTIES
) -> None:
    """Creates the table, with properties of Delta, unless it is there.

    An append of no rows does it, because CREATE TABLE IF NOT EXISTS cannot be repeated after a kill: it takes the empty
    `_delta_log` folder that the killed one left for a table (measured, Delta 4.4.0).
    """

    def create() -> None:
        if not is_table(spark, path):
            nulls = (F.lit(None).cast(type_name).alias(name) for name, type_name in columns.items())
            empty = spark.range(0).select(*nulls)
            empty.write.format("delta").options(**properties).mode("append").save(path)

    retry_on_conflict(path, create)


def _merge(spark: SparkSession, path: str, statement: str) -> int:
    """Returns the number of rows written."""
    row = retry_on_conflict(path, lambda: spark.sql(statement).collect()[0])
    return int(row["num_affected_rows"])


def is_table(spark: SparkSession, path: str) -> bool:
    try:
        return bool(read_table(spark, path).columns)
    except AnalysisException:
        return False


def _insert(names: Sequence[str]) -> str:
    quoted = [_quote(name) for name in names]
    return f"({', '.join(quoted)}) VALUES ({', '.join(f's.{name}' for name in quoted)})"


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
