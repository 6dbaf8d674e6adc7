"""Transactions that meet others: what is tried again and what is not, without a Spark."""

import pytest

from pinflow_notebooks.conflicts import MOST_TRIES, retry_on_conflict

CONFLICT = "[DELTA_CONCURRENT_APPEND.WITHOUT_HINT] Transaction conflict detected"


class Transaction:
    """Fails with these messages, one a try, and succeeds then."""

    def __init__(self, *failures: str) -> None:
        self._failures = list(failures)
        self.tries = 0

    def __call__(self) -> str:
        self.tries += 1
        if self._failures:
            raise RuntimeError(self._failures.pop(0))
        return "written"


def test_a_transaction_that_meets_nobody_runs_once() -> None:
    transaction = Transaction()
    assert retry_on_conflict("pin", transaction) == "written"
    assert transaction.tries == 1


@pytest.mark.parametrize("code", ["DELTA_CONCURRENT_APPEND", "DELTA_METADATA_CHANGED", "DELTA_PROTOCOL_CHANGED"])
def test_a_transaction_that_another_one_came_before_is_tried_again(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    transaction = Transaction(f"[{code}] conflict", CONFLICT)
    assert retry_on_conflict("pin", transaction) == "written"
    assert transaction.tries == 3
    assert capsys.readouterr().out.splitlines()[0] == f"pin: another run wrote first ({code}), trying again"


def test_another_failure_is_not_tried_again() -> None:
    transaction = Transaction("[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE] two rows")
    with pytest.raises(RuntimeError, match="two rows"):
        retry_on_conflict("pin", transaction)
    assert transaction.tries == 1


def test_a_transaction_that_never_comes_first_fails_in_the_end() -> None:
    transaction = Transaction(*[CONFLICT] * 100)
    with pytest.raises(RuntimeError, match="DELTA_CONCURRENT_APPEND"):
        retry_on_conflict("pin", transaction)
    assert transaction.tries == MOST_TRIES
