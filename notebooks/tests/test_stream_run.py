"""The notebook `stream` on a double of its source. Runs cost seconds, so one history of runs serves the tests."""

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from pinflow_notebooks import stream_tables, tables
from pinflow_notebooks.queries import answer_queries
from pinflow_notebooks.stream_run import QueryDied
from tests.fake_kinesis import FakeStreams, register_kinesis
from tests.fake_notebook import run_notebook
from tests.landing_folder import make_row
from tests.put_manifests import PutFolder

NAMES = {"pin": "s-pin", "geo": "s-geo", "user": "s-user"}
NOTHING = {"batches": 0, "records": 0, "rows": 0, "quarantined": 0, "duplicates": 0}


def user(ind: int, age: int = 20) -> str:
    return make_row("user", ind=ind, age=age)


class Stage(NamedTuple):
    """What a run returned, and what the user tables have after it: ids and sequence numbers."""

    result: dict[str, Any]
    users: list[tuple[int, str]]
    refused: list[str]


class Runs:
    def __init__(self, spark: SparkSession, folder: Path, names: dict[str, str] = NAMES) -> None:
        register_kinesis(spark)
        self._spark = spark
        self._names = names
        self.streams = FakeStreams(folder / "kinesis")
        self.puts = PutFolder(folder / "puts")
        self.tables = folder / "tables"
        self.control = folder / "control"

    def put(self, kind: str, *records: tuple[int | None, str]) -> list[str]:
        """Puts the records (id, data) and keeps in a manifest what the stream answered."""
        stream = self._names[kind]
        sequences = self.streams.put(stream, *(data for _, data in records), key=f"{kind}/7")
        put = [("shardId-000000000000", sequence, ind) for sequence, (ind, _) in zip(sequences, records)]
        self.puts.write(kind, stream, *put)
        return sequences

    def run(self, **parameters: str) -> dict[str, Any]:
        return run_notebook(
            "stream",
            self._spark,
            pipeline="pinterest",
            streams=json.dumps(self._names),
            region="us-east-1",
            endpoint=self.streams.endpoint,
            tables_root=self.tables.as_uri(),
            puts=self.puts.root,
            **parameters,
        )

    def run_and_read(self) -> Stage:
        result = self.run()
        users = tables.read_table(self._spark, str(self.tables / "user"))
        refused = tables.read_table(self._spark, str(self.tables / "user_quarantine"))
        return Stage(
            result,
            [tuple(row) for row in users.select("ind", "_sequence").orderBy("ind").collect()],
            [row.sequence for row in refused.orderBy("sequence").collect()],
        )

    def forget_last_commits(self) -> int:
        """As if the process had been killed after the batches were written and before their checkpoint."""
        commits = list(self.tables.glob("_checkpoints/*/v*/commits"))
        for folder in commits:
            last = max(int(file.name) for file in folder.iterdir() if file.name.isdigit())
            for name in (f"{last}", f".{last}.crc"):
                (folder / name).unlink(missing_ok=True)
        return len(commits)


def counted(records: int, rows: int, quarantined: int = 0, duplicates: int = 0) -> dict[str, int]:
    return {"batches": 1, "records": records, "rows": rows, "quarantined": quarantined, "duplicates": duplicates}


@pytest.fixture(scope="module")
def runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(spark, tmp_path_factory.mktemp("stream"))


@pytest.fixture(scope="module")
def history(runs: Runs) -> dict[str, Stage]:
    stages: dict[str, Stage] = {}
    runs.put("pin", (7, make_row("pin")))
    runs.put("geo", (7, make_row("geo")))
    runs.put("user", (7, user(7)), (7, user(7)), (7, user(7, age=70)), (None, "?"), (8, user(8)))
    stages["first"] = runs.run_and_read()

    runs.put("user", (8, user(8)), (9, user(9)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_tables, "insert_rows", and_then_die(stream_tables.insert_rows))
        with pytest.raises(QueryDied, match=r'^the query of "user" has died: (.|\n)*killed after the write of 1 row'):
            runs.run()
    stages["after the kill"] = runs.run_and_read()

    assert runs.forget_last_commits() == 3
    stages["replayed"] = runs.run_and_read()

    shutil.rmtree(runs.tables / "_checkpoints")
    stages["from the beginning"] = runs.run_and_read()
    return stages


def and_then_die(insert_rows: Callable[..., int]) -> Callable[..., int]:
    def insert(*arguments: Any) -> int:
        raise RuntimeError(f"killed after the write of {insert_rows(*arguments)} row")

    return insert


def test_the_records_of_the_three_kinds_become_rows(history: dict[str, Stage]) -> None:
    assert history["first"].result["kinds"] == {"pin": counted(1, 1), "geo": counted(1, 1), "user": counted(5, 2, 2, 1)}
    assert [ind for ind, _ in history["first"].users] == [7, 8]
    assert len(history["first"].refused) == 2


def test_a_kill_between_the_write_and_the_checkpoint_loses_nothing_and_doubles_nothing(
    history: dict[str, Stage],
) -> None:
    """The run after it counts what the killed one has written, and nothing of the runs before."""
    expected = {"pin": NOTHING, "geo": NOTHING, "user": counted(2, 1, duplicates=1)}
    assert history["after the kill"].result["kinds"] == expected
    assert [ind for ind, _ in history["after the kill"].users] == [7, 8, 9]
    assert history["after the kill"].refused == history["first"].refused


def test_a_batch_that_is_replayed_counts_and_writes_the_same(history: dict[str, Stage]) -> None:
    kinds = {"pin": counted(1, 1), "geo": counted(1, 1), "user": counted(2, 1, duplicates=1)}
    assert history["replayed"].result == {**history["after the kill"].result, "kinds": kinds}
    assert history["replayed"][1:] == history["after the kill"][1:]


def test_a_deleted_checkpoint_loses_nothing_and_doubles_nothing(history: dict[str, Stage]) -> None:
    kinds = {"pin": counted(1, 1), "geo": counted(1, 1), "user": counted(7, 3, 2, 2)}
    assert history["from the beginning"].result == {**history["after the kill"].result, "kinds": kinds}
    assert history["from the beginning"][1:] == history["after the kill"][1:]


def test_the_ledger_has_every_put_in_one_class(history: dict[str, Stage]) -> None:
    ledger = history["after the kill"].result["ledger"]
    one = {"put": 1, "rows": 1, "quarantined": 0, "duplicates": 0, "missing": 0}
    users = {"put": 7, "rows": 3, "quarantined": 2, "duplicates": 2, "missing": 0}
    assert ledger == {
        "pin": {"s-pin": {"shardId-000000000000": one}},
        "geo": {"s-geo": {"shardId-000000000000": one}},
        "user": {"s-user": {"shardId-000000000000": users}},
    }


@pytest.mark.usefixtures("history")
def test_the_queries_answer_on_the_tables_of_the_streams(spark: SparkSession, runs: Runs) -> None:
    answers = answer_queries(spark, tables_root=runs.tables.as_uri())
    assert answers["q1"]["rows"] == [["Albania", "mens-fashion", 1]]


def test_a_continuous_run_reports_until_it_is_stopped_and_then_takes_the_rest(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop comes while a batch is written; that batch is finished, not cancelled and written again."""
    runs = Runs(spark, tmp_path, dict.fromkeys(NAMES, "s"))
    tries: list[str] = []
    insert_rows = stream_tables.insert_rows

    def stop_meanwhile(session: SparkSession, root: str, kind: str, *arguments: Any) -> int:
        tries.append(kind)
        if tries.count("user") == 1 and kind == "user":
            (runs.control / "stop").touch()
            runs.put("user", (9, user(9)))
            time.sleep(1)
        return insert_rows(session, root, kind, *arguments)

    monkeypatch.setattr(stream_tables, "insert_rows", stop_meanwhile)
    seen: list[dict[str, Any]] = []

    def feed() -> None:
        seen.append(wait_for_progress(runs.control, "pin"))
        runs.put("geo", (7, make_row("geo")))
        runs.put("user", (7, user(7)), (8, user(8)))

    runs.put("pin", (7, make_row("pin")))
    with ThreadPoolExecutor(1) as pool:
        fed = pool.submit(feed)
        # Without its end the run would never end.
        fed.add_done_callback(lambda done: done.exception() and (runs.control / "stop").touch())
        result = runs.run(trigger="0.1", control_root=str(runs.control))
        fed.result()
    assert result["kinds"]["user"] == {**counted(3, 3), "batches": 2}
    assert tries.count("user") == 2
    assert {kind: shards["s"]["shardId-000000000000"]["missing"] for kind, shards in result["ledger"].items()} == {
        kind: 0 for kind in NAMES
    }
    assert seen[0]["kinds"]["pin"]["total"] == 1
    assert seen[0]["kinds"]["pin"]["newest"] <= seen[0]["kinds"]["pin"]["at"] <= seen[0]["at"]
    last = wait_for_progress(runs.control, "user")["kinds"]
    assert {kind: last[kind]["rows"] for kind in NAMES} == {"pin": 1, "geo": 1, "user": 3}


def test_a_query_that_dies_ends_a_continuous_run_with_its_error_and_stops_the_others(
    spark: SparkSession, tmp_path: Path
) -> None:
    runs = Runs(spark, tmp_path)
    runs.streams.break_stream("s-geo")
    with pytest.raises(QueryDied, match=r'^the query of "geo" has died: .*stream s-geo cannot be read') as died:
        runs.run(trigger="0.1", control_root=str(runs.control))
    assert "Logical Plan" not in str(died.value)
    assert spark.streams.active == []


def wait_for_progress(control: Path, kind: str) -> dict[str, Any]:
    """The progress once it has the kind. Read in the middle of a write, it is no JSON yet."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            progress = json.loads((control / "progress.json").read_text())
        except (OSError, ValueError):
            progress = {"kinds": {}}
        if kind in progress["kinds"]:
            return progress
        time.sleep(0.05)
    raise AssertionError(f"no progress of {kind} within 120 s")
