"""The parameters of the notebook `stream`, which are all texts."""

import json
import re
from collections.abc import Mapping

from pinflow_notebooks.kinds import KINDS

Trigger = Mapping[str, str | bool]
AVAILABLE_NOW: Trigger = {"availableNow": True}

_SECONDS = re.compile(r"\d+(\.\d+)?")


def parse_streams(text: str) -> Mapping[str, str]:
    """Stream name by kind. Kinds may share one stream."""
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    is_complete = isinstance(names, dict) and set(names) == set(KINDS)
    if not is_complete or not all(isinstance(name, str) and name for name in names.values()):
        kinds = ", ".join(KINDS)
        raise ValueError(f'parameter "streams" must be a JSON object with a stream name for each of {kinds}; got {text}')
    # In the order of the kinds: the first of those that share a stream takes the records of no kind.
    return {kind: names[kind] for kind in KINDS}


def parse_trigger(text: str) -> Trigger:
    """The trigger of the queries; "" is availableNow."""
    if not text:
        return AVAILABLE_NOW
    if not _SECONDS.fullmatch(text):
        raise ValueError(f'parameter "trigger" must be seconds such as "0.5", or "" for availableNow; got "{text}"')
    return {"processingTime": f"{text} seconds"}
