"""What one version of Airflow makes of generated DAG files. Reads a JSON request from stdin, prints a JSON answer."""

import json
import runpy
import sys
import time
import warnings
from datetime import timezone

from airflow import __version__
from airflow.timetables.base import TimeRestriction

try:  # Airflow 3
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization as Serialization

    OPTIONS = {}
except ImportError:
    from airflow.models.dagbag import DagBag
    from airflow.serialization.serialized_objects import SerializedDAG as Serialization

    OPTIONS = {"include_examples": False}


def load(path):
    """The DAGs of a file, and what there was to say about it."""
    began = time.process_time()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bag = DagBag(path, **OPTIONS)
    seconds = time.process_time() - began
    captured = [line for lines in getattr(bag, "captured_warnings", {}).values() for line in lines]
    told = [*captured, *(f"{warning.filename}: {warning.message}" for warning in caught)]
    return bag.dags.values(), {
        "errors": list(bag.import_errors.values()),
        "warnings": [line for line in told if path in line],
        "seconds": seconds,
    }


def serialise(dags):
    """As the scheduler has them."""
    return [Serialization.from_dict(json.loads(json.dumps(Serialization.to_dict(dag)))) for dag in dags]


def list_tasks(dags):
    return {dag.dag_id: sorted(task.task_id for task in dag.tasks) for dag in serialise(dags)}


def list_dates(path, count):
    """The first runs there are: when the scheduler has them due, and which date the file itself finds for each."""
    dags, _ = load(path)
    [dag] = serialise(dags)
    read_date = runpy.run_path(path)["read_date"]
    restriction = TimeRestriction(earliest=dag.start_date, latest=None, catchup=True)
    runs, last = [], None
    for _ in range(count):
        run = dag.timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        last = run.data_interval
        date, due = read_date({"params": {"date": None}, "logical_date": run.logical_date})
        runs.append([date, due.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")])
    return runs


request = json.load(sys.stdin)
# All of them first: to serialise a DAG Airflow imports every provider, which would not count for the next file then.
loaded = {path: load(path) for path in request["files"]}
answer = {
    "version": __version__,
    "files": {path: {**about, "dags": list_tasks(dags)} for path, (dags, about) in loaded.items()},
    "dates": [list_dates(path, count) for path, count in request["dates"]],
}
print(json.dumps(answer))
