# Databricks notebook source
# Timestamps of the source have no zone and mean UTC, whatever the cluster's zone is.
spark.conf.set("spark.sql.session.timeZone", "UTC")

# COMMAND ----------

# MAGIC %md
# MAGIC # Clean
# MAGIC Landed objects → clean and quarantine tables. The exit value counts what became of each record.

# COMMAND ----------

PARAMETERS = ("landing_root", "tables_root", "run_id")
# What is to be cleaned: a run of ours says it in a manifest. Without one it is all that has landed of a pipeline.
SOURCES = ("manifest", "pipeline")

for name in (*PARAMETERS, *SOURCES):
    dbutils.widgets.text(name, "")
parameters = {name: dbutils.widgets.get(name) for name in PARAMETERS}
for name, value in parameters.items():
    if not value:
        raise ValueError(f'parameter "{name}" is missing')
manifest, pipeline = (dbutils.widgets.get(name) for name in SOURCES)
if bool(manifest) == bool(pipeline):
    raise ValueError(f'expected either "manifest" or "pipeline", got "{manifest}" and "{pipeline}"')

# COMMAND ----------

import json

from pinflow_notebooks.cleaning_run import clean_landing
from pinflow_notebooks.manifest import list_landed, read_manifest

landing_root = parameters["landing_root"]
landed = read_manifest(spark, landing_root, manifest) if manifest else list_landed(spark, landing_root, pipeline)
counts = clean_landing(spark, landed, **parameters)

# COMMAND ----------

dbutils.notebook.exit(json.dumps(counts))
