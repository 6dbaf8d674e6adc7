import json

from pinflow_notebooks.stream_batch import BatchCounts
from pinflow_notebooks.stream_progress import Progress, render_progress

FIRST = BatchCounts(records=4, rows=2, quarantined=1, duplicates=1, newest=1_000, positions={"s/a": "5", "s/b": "3"})
SECOND = BatchCounts(records=1, rows=1, quarantined=0, duplicates=0, newest=2_500, positions={"s/a": "9"})
NOTHING = {"batches": 0, "records": 0, "rows": 0, "quarantined": 0, "duplicates": 0}


def test_batches_are_summed_up_by_kind() -> None:
    progress = Progress()
    progress.add_batch("geo", 7, 0.25, FIRST)
    progress.add_batch("geo", 8, 0.5, SECOND)
    sums = {"batches": 2, "records": 5, "rows": 3, "quarantined": 1, "duplicates": 1}
    assert progress.sum_up() == {"pin": NOTHING, "geo": sums, "user": NOTHING}


def test_a_batch_that_comes_again_under_its_number_is_counted_once() -> None:
    progress = Progress()
    for batch, counts in ((0, FIRST), (1, FIRST), (1, SECOND)):
        progress.add_batch("pin", batch, 0.1, counts)
    assert progress.sum_up()["pin"] == {"batches": 2, "records": 5, "rows": 3, "quarantined": 1, "duplicates": 1}


def test_the_progress_tells_the_last_batch_the_totals_and_the_last_position_of_every_shard() -> None:
    progress = Progress()
    progress.add_batch("user", 0, 0.25, FIRST)
    progress.add_batch("user", 1, 0.5, SECOND)
    written = json.loads(render_progress(progress.describe_kinds()))
    assert written["at"] >= written["kinds"]["user"].pop("at")
    assert written["kinds"] == {
        "user": {
            "batch": 1,
            "seconds": 0.5,
            "records": 1,
            "total": 5,
            "rows": 3,
            "quarantined": 1,
            "duplicates": 1,
            "newest": "1970-01-01T00:00:02.500Z",
            "positions": {"s/a": "9", "s/b": "3"},
        }
    }
