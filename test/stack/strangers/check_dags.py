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
    """The DAG of a file as the scheduler has it, and what there was to say about the file."""
    began = time.process_time()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bag = DagBag(path, **OPTIONS)
    seconds = time.process_time() - began
    captured = [line for lines in getattr(bag, "captured_warnings", {}).values() for line in lines]
    told = [*captured, *(f"{warning.filename}: {warning.message}" for warning in caught)]
    dags = [Serialization.from_dict(json.loads(json.dumps(Serialization.to_dict(dag)))) for dag in bag.dags.values()]
    return dags, {
        "dags": {dag.dag_id: sorted(task.task_id for task in dag.tasks) for dag in dags},
        "errors": list(bag.import_errors.values()),
        "warnings": [line for line in told if path in line],
        "seconds": seconds,
    }


def list_dates(path, count):
    """The first runs there are: when the scheduler has them due, and which date the file itself finds for each."""
    [dag], _ = load(path)
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
answer = {
    "version": __version__,
    "files": {path: load(path)[1] for path in request["files"]},
    "dates": [list_dates(path, count) for path, count in request["dates"]],
}
print(json.dumps(answer))
