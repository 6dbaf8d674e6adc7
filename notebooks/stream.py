# Databricks notebook source
# Timestamps of the source have no zone and mean UTC, whatever the cluster's zone is.
spark.conf.set("spark.sql.session.timeZone", "UTC")

# COMMAND ----------

# MAGIC %md
# MAGIC # Stream
# MAGIC Kinesis streams → clean and quarantine tables. The exit value counts what became of each record.

# COMMAND ----------

REQUIRED = ("pipeline", "streams", "region", "tables_root")
# An endpoint is that of a Kinesis other than AWS's. Without a trigger the run takes what is there and ends.
OPTIONAL = ("endpoint", "service_credential", "trigger", "control_root", "puts")

for name in (*REQUIRED, *OPTIONAL):
    dbutils.widgets.text(name, "")
parameters = {name: dbutils.widgets.get(name) for name in (*REQUIRED, *OPTIONAL)}
for name in REQUIRED:
    if not parameters[name]:
        raise ValueError(f'parameter "{name}" is missing')

# COMMAND ----------

import json

from pinflow_notebooks.control_folder import ControlFolder
from pinflow_notebooks.reconciliation import reconcile_puts
from pinflow_notebooks.stream_parameters import parse_streams, parse_trigger
from pinflow_notebooks.stream_progress import Progress
from pinflow_notebooks.stream_run import StreamRun, run_streams
from pinflow_notebooks.stream_source import Source

run = StreamRun(
    spark=spark,
    pipeline=parameters["pipeline"],
    source=Source(
        names=parse_streams(parameters["streams"]),
        region=parameters["region"],
        endpoint=parameters["endpoint"],
        service_credential=parameters["service_credential"],
    ),
    tables_root=parameters["tables_root"],
    control=ControlFolder(dbutils.fs, parameters["control_root"]),
    progress=Progress(),
)
run_streams(run, parse_trigger(parameters["trigger"]))

# COMMAND ----------

ledger = None
if parameters["puts"]:
    ledger = reconcile_puts(spark, tables_root=parameters["tables_root"], puts=parameters["puts"])
dbutils.notebook.exit(json.dumps({"kinds": run.progress.sum_up(), "ledger": ledger}))
