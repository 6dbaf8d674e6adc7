"""The peer, in a process of its own: a topic to files of JSON lines, once, with Spark's structured streaming."""

import json
import os
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1536m",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC",
}


def read_mark(jvm: int) -> dict[str, float]:
    """CPU time of this process and of the JVM, with that of the launcher that the JVM took the place of."""
    fields = Path(f"/proc/{jvm}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(field) for field in fields[11:15])
    return {"at": time.time() * 1000, "cpuSeconds": time.process_time() + ticks / os.sysconf("SC_CLK_TCK")}


def main() -> None:
    brokers, topic, partitions, jars, output = sys.argv[1:]
    # Another Spark on this machine must not lend its jars or settings.
    for name in ("SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"):
        os.environ.pop(name, None)
    # A thread for each partition: with the two of this machine's cores the third partition would wait for the others.
    builder = SparkSession.builder.master(f"local[{partitions}]").config("spark.driver.extraClassPath", f"{jars}/*")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    jvm = spark.sparkContext._gateway.proc.pid
    began = read_mark(jvm)
    records = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", brokers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .load()
    )
    # The values are JSON already. Written as text they stay as they are, which is also what costs Spark least.
    lines = records.selectExpr("cast(value as string)").writeStream.format("text")
    lines = lines.option("path", f"{output}/lines").option("checkpointLocation", f"{output}/checkpoint")
    lines.trigger(availableNow=True).start().awaitTermination()
    print(json.dumps({"began": began, "ended": read_mark(jvm)}))


main()
