"""Calls a Databricks server with Databricks' own Python SDK and prints what came back, as one JSON object.

Arguments: host, token, workspace folder of the sample notebooks.
"""

import io
import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.errors.base import DatabricksError as AnyError
from databricks.sdk.service import compute, jobs, workspace

host, token, folder = sys.argv[1:]
client = WorkspaceClient(host=host, token=token, auth_type="pat")


def notebook(key: str, parameters: dict[str, str] | None = None) -> dict:
    return {
        "task_key": key,
        "existing_cluster_id": "local",
        "notebook_task": jobs.NotebookTask(notebook_path=f"{folder}/{key}", base_parameters=parameters),
    }


def condition(key: str) -> dict:
    test = jobs.ConditionTask(op=jobs.ConditionTaskOp.EQUAL_TO, left="1", right="1")
    return {"task_key": key, "condition_task": test}


def error_of(call) -> list[str]:
    try:
        call()
    except DatabricksError as error:
        return [type(error).__name__, *(base.__name__ for base in type(error).__mro__ if issubclass(base, AnyError))]
    return ["none"]


def submit() -> dict:
    run = client.jobs.submit(run_name="sdk", tasks=[jobs.SubmitTask(**notebook("returns", {"given": "7"}))]).result()
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    return {
        "state": [run.state.life_cycle_state.value, run.state.result_state.value],
        "status": run.status.state.value,
        "result": output.notebook_output.result,
        "page": run.run_page_url,
    }


def failing() -> dict:
    waiter = client.jobs.submit(run_name="sdk", tasks=[jobs.SubmitTask(**notebook("fail"))])
    try:
        waiter.result()
        raised = "none"
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
    run = client.jobs.get_run(waiter.run_id)
    return {"raised": raised, "error": client.jobs.get_run_output(run.tasks[0].run_id).error}


def life_of_a_job() -> dict:
    tasks = [jobs.Task(**notebook("returns")), jobs.Task(**notebook("undefined-widget"), max_retries=0)]
    job = client.jobs.create(name="life", tasks=tasks, parameters=[jobs.JobParameterDefinition("given", "default")])
    waiter = client.jobs.run_now(job.job_id, job_parameters={"given": "called"}, idempotency_token="life-1")
    again = client.jobs.run_now(job.job_id, idempotency_token="life-1").run_id
    try:
        waiter.result()
    except Exception:
        pass
    first = client.jobs.get_run(waiter.run_id, include_history=True)
    repaired = client.jobs.repair_run(waiter.run_id, rerun_all_failed_tasks=True, job_parameters={"given": "again"})
    try:
        repaired.result()
    except Exception:
        pass
    second = client.jobs.get_run(waiter.run_id, include_history=True)
    client.jobs.update(job.job_id, new_settings=jobs.JobSettings(name="renamed"))
    names = [found.settings.name for found in client.jobs.list(name="renamed")]
    client.jobs.delete(job.job_id)
    return {
        "same": again == waiter.run_id,
        "tasks": [[task.task_key, task.attempt_number, task.state.result_state.value] for task in second.tasks],
        "history": [[entry.type.value, len(entry.task_run_ids)] for entry in second.repair_history],
        "first_history": len(first.repair_history),
        "result": client.jobs.get_run_output(first.tasks[0].run_id).notebook_output.result,
        "names": names,
        "gone": error_of(lambda: client.jobs.get(job.job_id))[0],
    }


def cancelling() -> str:
    waiter = client.jobs.submit(run_name="sdk", tasks=[jobs.SubmitTask(**notebook("sleeps"))])
    client.jobs.cancel_run_and_wait(waiter.run_id)
    return client.jobs.get_run(waiter.run_id).state.result_state.value


def pages() -> dict:
    job = client.jobs.create(name="many", tasks=[jobs.Task(**condition(f"t{index}")) for index in range(101)])
    run = client.jobs.run_now(job.job_id).result()
    for index in range(30):
        client.jobs.submit(run_name=f"page-{index}", tasks=[jobs.SubmitTask(**condition("c"))])
    listed = [run.run_name for run in client.jobs.list_runs(limit=7)]
    return {
        "job": len(client.jobs.get(job.job_id).settings.tasks),
        "run": len(client.jobs.get_run(run.run_id).tasks),
        "listed": len({name for name in listed if name.startswith("page-")}),
    }


def workspace_files() -> dict:
    client.workspace.mkdirs("/Users/sdk")
    note = io.BytesIO(b"# Databricks notebook source\nprint(1)\n")
    client.workspace.upload("/Users/sdk/note.py", note, format=workspace.ImportFormat.AUTO, overwrite=True)
    source = io.BytesIO(b"print(2)\n")
    client.workspace.upload("/Users/sdk/source", source, language=workspace.Language.PYTHON)
    kinds = {item.path: item.object_type.value for item in client.workspace.list("/Users/sdk")}
    text = client.workspace.download("/Users/sdk/note").read().decode()
    exported = client.workspace.export("/Users/sdk/source").content
    client.workspace.delete("/Users/sdk", recursive=True)
    absent = error_of(lambda: client.workspace.get_status("/Users/sdk"))[0]
    return {"kinds": kinds, "text": text, "exported": exported, "absent": absent}


def other_files() -> dict:
    content = bytes(range(256)) * 10_240
    client.dbfs.upload("/sdk/big.bin", io.BytesIO(content))
    dbfs = client.dbfs.download("/sdk/big.bin").read()
    client.files.upload("/Volumes/main/raw/big.bin", io.BytesIO(content), overwrite=True)
    volume = client.files.download("/Volumes/main/raw/big.bin").contents.read()
    names = [entry.name for entry in client.files.list_directory_contents("/Volumes/main/raw")]
    client.files.delete("/Volumes/main/raw/big.bin")
    absent = error_of(lambda: client.files.download("/Volumes/main/raw/big.bin"))[0]
    return {"dbfs": dbfs == content, "volume": volume == content, "names": names, "absent": absent}


def neighbours() -> dict:
    client.secrets.create_scope("sdk")
    client.secrets.put_secret("sdk", "key", string_value="value")
    return {
        "secrets": [secret.key for secret in client.secrets.list_secrets("sdk")],
        "clusters": [cluster.cluster_id for cluster in client.clusters.list()],
        "state": client.clusters.get("local").state in compute.State,
        "versions": len(client.clusters.spark_versions().versions),
        "nodes": len(client.clusters.list_node_types().node_types),
        "me": client.current_user.me().user_name,
    }


def errors() -> dict:
    stranger = WorkspaceClient(host=host, token="wrong", auth_type="pat")
    return {
        "unknown_run": error_of(lambda: client.jobs.get_run(42)),
        "unknown_cluster": error_of(lambda: client.clusters.get("42")),
        "long_token": error_of(lambda: client.jobs.submit(idempotency_token="x" * 65))[0],
        "bad_token": error_of(lambda: stranger.jobs.get_run(42))[0],
        "refused": error_of(lambda: client.warehouses.get("42"))[0],
    }


THEMES = [submit, failing, life_of_a_job, cancelling, pages, workspace_files, other_files, neighbours, errors]
results = {}
for theme in THEMES:
    try:
        results[theme.__name__] = theme()
    except Exception as error:
        results[theme.__name__] = f"{type(error).__name__}: {error}"
print(json.dumps(results))
