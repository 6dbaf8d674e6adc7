"""``dbutils.jobs.taskValues``: small values that tasks of a run hand to later ones."""

import json
import re
from collections.abc import Mapping

# The platform's limit for one value as JSON.
MAX_BYTES = 48 * 1024
_MISSING = object()


class TaskValues:
    def __init__(self, earlier: Mapping[str, Mapping[str, object]]) -> None:
        self._earlier = earlier
        self.own: dict[str, object] = {}

    def set(self, key: str, value: object) -> None:
        if not re.fullmatch(r"[\w.-]{1,100}", key, re.ASCII):
            raise ValueError(f'the key "{key}" is not 1 to 100 letters, digits, "_", "-" or "."')
        # The server reads what JSON.parse reads, which knows no NaN.
        text = json.dumps(value, allow_nan=False)
        size = len(text.encode())
        if size > MAX_BYTES:
            raise ValueError(f'the value of "{key}" has {size} bytes as JSON, more than {MAX_BYTES}')
        self.own[key] = json.loads(text)

    def get(
        self,
        taskKey: str,  # noqa: N803 (the platform's name)
        key: str,
        default: object = _MISSING,
        debugValue: object = _MISSING,  # noqa: N803
    ) -> object:
        # A debug value is for notebooks outside of a job, which do not exist here.
        found = self._earlier.get(taskKey, {}).get(key, default)
        if found is _MISSING:
            raise ValueError(f'task "{taskKey}" has set no value "{key}", and no default is given')
        return found


class Jobs:
    def __init__(self, task_values: TaskValues) -> None:
        self.taskValues = task_values
