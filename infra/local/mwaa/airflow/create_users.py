"""Creates users of an Airflow 2: `airflow users create` takes one each time, and 3 s of processor time to start."""

import json
import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

with get_application_builder() as builder:
    manager = builder.sm
    # The web server would, when it starts: until then there are no roles but Admin and Public.
    manager.sync_roles()
    for user in json.load(sys.stdin):
        if manager.find_user(user["name"]) is None:
            manager.add_user(
                username=user["name"],
                first_name=user["name"],
                last_name="local",
                email=f"{user['name']}@localhost",
                role=manager.find_role(user["role"]),
                password=user["password"],
            )
