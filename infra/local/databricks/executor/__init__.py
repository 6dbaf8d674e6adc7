"""Runs Databricks source-format notebooks on Apache Spark, one process per cluster."""
