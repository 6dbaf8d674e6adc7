"""The cleaning on real tables. Runs cost seconds, so one history of runs serves the tests, which look at its stages."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from pinflow_notebooks import tables
from pinflow_notebooks.cleaning_run import Counts, clean_landing
from pinflow_notebooks.manifest import Manifest, list_landed, read_manifest
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
    def __init__(self, spark: SparkSession, folder: Path, landing: LandingFolder | None = None) -> None:
        self._spark = spark
        self.landing = landing or LandingFolder(folder / "landing")
        # The blank and the quote are there because both need care in SQL.
        self.tables_root = (folder / "lake of Ann's").as_uri().replace("%20", " ").replace("%27", "'")

    def clean(self, run_id: str, **acknowledged: list[tuple[int, int, int]]) -> dict[str, Counts]:
        manifest = self.landing.write_manifest(run_id, **acknowledged)
        return self.clean_landed(run_id, read_manifest(self._spark, self.landing.root, manifest))

    def clean_landed(self, run_id: str, landed: Manifest) -> dict[str, Counts]:
        where = {"landing_root": self.landing.root, "tables_root": self.tables_root}
        return clean_landing(self._spark, landed, **where, run_id=run_id)

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


def test_two_runs_at_once_share_the_records_and_write_each_once(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both have counted before either writes, and they write at the same moment: one of them meets a conflict."""
    landing = Runs(spark, tmp_path).landing
    landing.put("user", 0, user(1, 20), user(2, 20), user(3, 20), "?")
    both_have_counted = Barrier(2)
    merge_changes = tables.merge_changes
    first_tries = iter(range(2))

    def merge_together(*arguments: Any) -> int:
        if next(first_tries, None) is not None:
            both_have_counted.wait(timeout=60)
        return merge_changes(*arguments)

    monkeypatch.setattr(tables, "merge_changes", merge_together)

    def clean(run_id: str, acknowledged: list[tuple[int, int, int]]) -> dict[str, Counts]:
        return Runs(spark.newSession(), tmp_path, landing).clean(run_id, user=acknowledged)

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(clean, "run-1", [(0, 0, 2)]), pool.submit(clean, "run-2", [(0, 2, 4)])]
        counts = [run.result() for run in runs]

    assert "another run wrote first (DELTA_CONCURRENT" in capsys.readouterr().out
    totals = [{name: sum(run[owner]["user"][name] for owner in run) for name in NONE} for run in counts]
    sums = {name: sum(total[name] for total in totals) for name in NONE}
    assert sums == {"clean": 3, "quarantined": 2, "duplicate": 3}
    assert [sum(run["own"]["user"].values()) for run in counts] == [2, 2]
    tables_root = Runs(spark, tmp_path).tables_root
    assert sorted(row.ind for row in read_table(spark, clean_path(tables_root, "user")).collect()) == [1, 2, 3]
    assert [row.offset for row in read_table(spark, quarantine_path(tables_root, "user")).collect()] == [3]


def test_all_that_has_landed_of_a_pipeline_is_cleaned_without_a_manifest(spark: SparkSession, tmp_path: Path) -> None:
    runs = Runs(spark, tmp_path)
    runs.landing.put("user", 0, user(1, 30), user(2, 31))
    runs.landing.put("user", 0, user(3, 32), partition=1)
    runs.landing.put("geo", 0, "no record")
    Path(tmp_path, "landing/topics/pinterest.user/partition=0/stray.json").write_text("{}")
    landed = list_landed(spark, runs.landing.root, "pinterest")
    first = runs.clean_landed("monday", landed)
    assert first["own"] == NOTHING
    assert first["carriedOver"]["user"] == {**NONE, "clean": 3}
    assert first["carriedOver"]["geo"] == {**NONE, "quarantined": 1}
    runs.landing.put("user", 2, user(1, 33))
    second = runs.clean_landed("tuesday", list_landed(spark, runs.landing.root, "pinterest"))
    assert second["carriedOver"]["user"] == {"clean": 1, "quarantined": 0, "duplicate": 3}
