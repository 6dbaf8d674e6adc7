# Databricks notebook source
# Timestamps of the source have no zone and mean UTC, whatever the cluster's zone is.
spark.conf.set("spark.sql.session.timeZone", "UTC")

# COMMAND ----------

# MAGIC %md
# MAGIC # Clean
# MAGIC Landed objects → clean and quarantine tables. The exit value counts what became of each record.

# COMMAND ----------

PARAMETERS = ("landing_root", "manifest", "tables_root", "run_id")

for name in PARAMETERS:
    dbutils.widgets.text(name, "")
parameters = {name: dbutils.widgets.get(name) for name in PARAMETERS}
for name, value in parameters.items():
    if not value:
        raise ValueError(f'parameter "{name}" is missing')

# COMMAND ----------

import json

from pinflow_notebooks.cleaning_run import clean_landing

counts = clean_landing(spark, **parameters)

# COMMAND ----------

dbutils.notebook.exit(json.dumps(counts))
