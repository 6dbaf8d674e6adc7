# Databricks notebook source
# Timestamps of the source have no zone and mean UTC, whatever the cluster's zone is.
spark.conf.set("spark.sql.session.timeZone", "UTC")

# COMMAND ----------

# MAGIC %md
# MAGIC # Queries
# MAGIC The eight questions about the clean tables. The exit value holds the result tables.

# COMMAND ----------

dbutils.widgets.text("tables_root", "")
tables_root = dbutils.widgets.get("tables_root")
if not tables_root:
    raise ValueError('parameter "tables_root" is missing')

# COMMAND ----------

import json

from pinflow_notebooks.queries import answer_queries

answers = answer_queries(spark, tables_root=tables_root)

# COMMAND ----------

dbutils.notebook.exit(json.dumps(answers, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
