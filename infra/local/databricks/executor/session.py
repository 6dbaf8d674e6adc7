"""The Spark of one cluster: settings for tables of some ten thousand rows on two cores, then a warm-up."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

# Figures: README.md, "What was tuned".
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1536m",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.shuffle.partitions": "1",
    # A worker that goes on would keep modules that were edited since.
    "spark.python.worker.reuse": "false",
    # Without this the parser of Delta 4.4 loses the named parameters of a statement on Spark 4.2.
    "spark.sql.legacy.parameterSubstitution.constantsOnly": "true",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    # Without the native library of Hadoop its usual file systems start a chmod for each file they write, and another for
    # its checksum: 23 processes for a MERGE of a stream, with these 8.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.sql.streaming.checkpointFileManagerClass": (
        "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager"
    ),
}


def start_session(*, delta_jars: Path, warehouse: Path, scratch: Path, java_options: list[str]) -> SparkSession:
    """Starts the JVM. ``scratch`` takes Spark's temporary files and must outlive it."""
    # Another Spark on this machine must not lend its jars or settings.
    for name in ("SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"):
        os.environ.pop(name, None)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = (
        SparkSession.builder.master("local[2]")
        .appName("pinflow")
        .config("spark.driver.extraClassPath", f"{delta_jars}/*")
        .config("spark.driver.extraJavaOptions", " ".join(["-XX:+UseSerialGC", *java_options]))
        .config("spark.sql.warehouse.dir", warehouse.as_uri())
        .config("spark.local.dir", str(scratch))
    )
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    # They write every error with all frames of the JVM into the log of the task, handled or not.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    return builder.getOrCreate()


def warm_up(spark: SparkSession, scratch: Path) -> Iterator[None]:
    """Loads the classes that most notebooks need, one step per ``next``, so that a notebook can come between."""
    folder = scratch / "warm-up"
    folder.mkdir()
    (folder / "rows.json").write_text('{"k":1,"v":"a"}\n{"k":1,"v":"b"}\n{"k":2,"v":"c"}\n')
    session = spark.newSession()
    session.read.schema("k int, v string").json(str(folder / "rows.json")).createOrReplaceTempView("rows")
    newest = "(select * from (select *, row_number() over (partition by k order by v desc) n from rows) where n = 1)"
    table = f"delta.`{folder / 'table'}`"
    session.sql(f"select k, v from {newest}").collect()
    yield
    session.sql(f"select k, v from {newest}").write.format("delta").save(str(folder / "table"))
    yield
    session.sql(f"select k, count(*), max(v) from {table} group by k order by k").collect()
    yield
    session.sql(
        f"merge into {table} t using {newest} s on t.k = s.k"
        " when matched then update set v = s.v when not matched then insert (k, v) values (s.k, s.v)"
    )
    yield
