"""Two writers of one Delta table: the slower one is refused and tries again on what the other has written."""

import re
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Delta checks at the commit that nobody has changed what the transaction read, and refuses it otherwise. Spark Connect
# and Py4J raise this error as different classes; its code is the same. Who creates a table that another one is creating
# meets the last two.
_CONFLICT = re.compile(r"\[(DELTA_CONCURRENT_\w+|DELTA_METADATA_CHANGED|DELTA_PROTOCOL_CHANGED)\b")

# A transaction is refused because another one succeeded, so this many others would have to come in between.
MOST_TRIES = 30


def retry_on_conflict(what: str, transaction: Callable[[], T]) -> T:
    """Runs the transaction until no other comes in between.

    It must be right whatever was written in between: a MERGE is, because each try looks at the newest table. There is
    no pause, as the one that came first has ended.
    """
    tries = 0
    while True:
        try:
            return transaction()
        except Exception as error:
            tries += 1
            code = _CONFLICT.search(str(error))
            if code is None or tries == MOST_TRIES:
                raise
            print(f"{what}: another run wrote first ({code[1]}), trying again")
