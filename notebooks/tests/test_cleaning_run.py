"""The cleaning on real tables. Runs cost seconds, so one history of runs serves the tests, which look at its stages."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from pinflow_notebooks.cleaning_run import Counts, clean_landing
from pinflow_notebooks.queries import answer_queries
from pinflow_notebooks.tables import clean_path, quarantine_path, read_table
from tests.landing_folder import LandingFolder, make_row

NONE = {"clean": 0, "quarantined": 0, "duplicate": 0}
NOTHING = {"pin": NONE, "geo": NONE, "user": NONE}


class Stage(NamedTuple):
    """What a run returned, and what the user tables hold after it."""

    counts: dict[str, Counts]
    users: list[tuple[Any, ...]]
    refused: list[tuple[Any, ...]]


class Runs:
    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self._spark = spark
        self.landing = LandingFolder(folder / "landing")
        # The blank and the quote are there because both need care in SQL.
        self.tables_root = (folder / "lake of Ann's").as_uri().replace("%20", " ").replace("%27", "'")

    def clean(self, run_id: str, **acknowledged: list[tuple[int, int, int]]) -> dict[str, Counts]:
        manifest = self.landing.write_manifest(run_id, **acknowledged)
        return clean_landing(
            self._spark,
            landing_root=self.landing.root,
            manifest=manifest,
            tables_root=self.tables_root,
            run_id=run_id,
        )

    def clean_and_read(self, run_id: str, **acknowledged: list[tuple[int, int, int]]) -> Stage:
        counts = self.clean(run_id, **acknowledged)
        users = read_table(self._spark, clean_path(self.tables_root, "user")).orderBy("ind")
        refused = read_table(self._spark, quarantine_path(self.tables_root, "user")).orderBy("offset")
        return Stage(
            counts,
            [tuple(row) for row in users.select("ind", "age", "_run_id", "_offset").collect()],
            [tuple(row) for row in refused.collect()],
        )


def user(ind: int, age: int) -> str:
    return make_row("user", ind=ind, age=age)


@pytest.fixture(scope="module")
def history(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    runs = Runs(spark, tmp_path_factory.mktemp("history"))
    stages: dict[str, Stage] = {}

    runs.landing.put("pin", 0, make_row("pin"), make_row("pin"), '{"index":')
    runs.landing.put("user", 10, user(1, 20), "", user(2, 20), user(2, 20), user(3, 20))
    stages["first"] = runs.clean_and_read("run-1", pin=[(0, 0, 3)], user=[(0, 12, 13), (1, 0, 99)])

    runs.landing.forget()
    changed_and_back = [user(3, 21), user(3, 20)]
    runs.landing.put("user", 15, user(1, 20), user(2, 21), *changed_and_back, user(4, 20), "?")
    stages["second"] = runs.clean_and_read("run-2", user=[(0, 15, 21)])
    stages["second again"] = runs.clean_and_read("run-2", user=[(0, 15, 21)])

    runs.landing.forget()
    runs.landing.put("user", 0, user(4, 50), user(5, 50))
    stages["late"] = runs.clean_and_read("run-0")
    return stages


def test_every_record_is_counted_once_and_by_its_owner(history: dict[str, Stage]) -> None:
    counts = history["first"].counts
    assert counts["own"] == {
        "pin": {"clean": 1, "quarantined": 1, "duplicate": 1},
        "geo": NONE,
        "user": {"clean": 1, "quarantined": 0, "duplicate": 0},
    }
    assert counts["carriedOver"] == {**NOTHING, "user": {"clean": 2, "quarantined": 1, "duplicate": 1}}


def test_the_last_record_of_an_id_and_every_refused_one_are_kept(history: dict[str, Stage]) -> None:
    assert history["first"].users == [(1, 20, "run-1", 10), (2, 20, "run-1", 13), (3, 20, "run-1", 14)]
    assert history["first"].refused == [("", None, ["not_json"], "pinterest.user", 0, 11, "run-1")]


def test_a_changed_row_replaces_the_older_one_and_an_unchanged_one_stays(history: dict[str, Stage]) -> None:
    assert history["second"].counts["own"]["user"] == {"clean": 4, "quarantined": 1, "duplicate": 1}
    assert history["second"].users == [
        (1, 20, "run-1", 10),
        (2, 21, "run-2", 16),
        (3, 20, "run-1", 14),
        (4, 20, "run-2", 19),
    ]
    assert history["second"].refused[1:] == [("?", None, ["not_json"], "pinterest.user", 0, 20, "run-2")]


def test_a_run_that_is_executed_again_counts_the_same_and_changes_nothing(history: dict[str, Stage]) -> None:
    assert history["second again"] == history["second"]


def test_an_older_record_of_another_run_does_not_overwrite(history: dict[str, Stage]) -> None:
    assert history["late"].counts["carriedOver"]["user"] == {"clean": 2, "quarantined": 0, "duplicate": 0}
    assert history["late"].users == [*history["second"].users, (5, 50, "run-0", 1)]


def test_a_run_without_objects_counts_nothing_and_its_tables_answer_nothing(
    spark: SparkSession, tmp_path: Path
) -> None:
    runs = Runs(spark, tmp_path)
    assert runs.clean("run-1") == {"own": NOTHING, "carriedOver": NOTHING}
    assert all(table["rows"] == [] for table in answer_queries(spark, tables_root=runs.tables_root).values())
