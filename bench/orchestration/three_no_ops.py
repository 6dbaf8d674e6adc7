"""Three tasks that do nothing, one after the other."""

import datetime

try:  # Airflow 3
    from airflow.sdk import DAG, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task


@task
def no_op():
    pass


with DAG(
    dag_id="three_no_ops",
    schedule=None,
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
    catchup=False,
):
    no_op() >> no_op() >> no_op()
