"""Reads generated DAG files back without Airflow: what Python finds in the literals, and what Jinja makes of templates."""

import ast
import json
import sys

from jinja2 import Environment


def read(text):
    module = ast.parse(text)
    constants = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            try:
                constants[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                pass  # it is computed
    calls = {node.func.id: node for node in ast.walk(module) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
    dag = {keyword.arg: keyword.value for keyword in calls["DAG"].keywords}
    owner = next(
        value for key, value in zip(dag["default_args"].keys, dag["default_args"].values) if key.value == "owner"
    )
    found = {
        "constants": constants,
        "description": ast.literal_eval(dag["description"]),
        "doc": ast.literal_eval(dag["doc_md"]),
        "owner": ast.literal_eval(owner),
        "tags": ast.literal_eval(dag["tags"]),
    }
    submit = calls.get("DatabricksSubmitRunOperator")
    if submit is not None:
        arguments = {keyword.arg: keyword.value for keyword in submit.keywords}
        environment = Environment()
        environment.globals["name_workflow"] = lambda: "the workflow"
        found["connection"] = render(environment, ast.literal_eval(arguments["databricks_conn_id"]))
        found["submitted"] = render(environment, ast.literal_eval(arguments["tasks"]))
    return found


def render(environment, value):
    """As Airflow renders the fields of an operator: every text in it."""
    if isinstance(value, str):
        return environment.from_string(value).render()
    if isinstance(value, dict):
        return {name: render(environment, entry) for name, entry in value.items()}
    return [render(environment, entry) for entry in value] if isinstance(value, list) else value


print(json.dumps([read(text) for text in json.load(sys.stdin)]))
