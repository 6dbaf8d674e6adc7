"""The three queries of a run: started, watched, stopped and drained."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import StreamingQuery

from pinflow_notebooks.control_folder import ControlFolder
from pinflow_notebooks.kinds import KINDS
from pinflow_notebooks.stream_batch import write_batch
from pinflow_notebooks.stream_parameters import AVAILABLE_NOW, Trigger
from pinflow_notebooks.stream_progress import Progress, render_progress
from pinflow_notebooks.stream_source import Source, read_clean_stream
from pinflow_notebooks.stream_tables import create_stream_tables

# The checkpoints belong to one version of the logic. It has to rise when records that are behind the checkpoint must be
# judged again: another rule of the cleaning, another column, another plan of the query. Everything that the streams
# retain is then read again, which the MERGE makes harmless.
LOGIC_VERSION = 1

WATCH_SECONDS = 0.25
REPORT_SECONDS = 1.0
# As long may a query go on after a requested stop until it has nothing to do. After that it begins no other batch,
# which Spark can only be told by an error.
IDLE_SECONDS = 10.0


@dataclass(frozen=True)
class StreamRun:
    """`pipeline` names the queries in Spark's logs."""

    spark: SparkSession
    pipeline: str
    source: Source
    tables_root: str
    control: ControlFolder
    progress: Progress


class BatchRefused(Exception):
    """The query has been told to stop, so it must not begin another batch."""


class QueryDied(Exception):
    """A query has ended with an error, which ends the run."""


class KindQuery:
    """The query of one kind, with one trigger."""

    def __init__(self, run: StreamRun, kind: str, trigger: Trigger) -> None:
        self.kind = kind
        self._run = run
        self._is_stopping = False
        self._has_refused = False
        root = run.tables_root.rstrip("/")
        self._query: StreamingQuery = (
            read_clean_stream(run.spark, run.source, kind)
            .writeStream.queryName(f"{run.pipeline}-{kind}")
            .option("checkpointLocation", f"{root}/_checkpoints/{kind}/v{LOGIC_VERSION}")
            .trigger(**trigger)
            .foreachBatch(self._write)
            .start()
        )

    def _write(self, batch: DataFrame, batch_id: int) -> None:
        if self._is_stopping:
            self._has_refused = True
            raise BatchRefused(f"batch {batch_id} comes after the stop and is left to the next start")
        began = time.monotonic()
        counts = write_batch(batch, self._run.tables_root, self.kind)
        # A batch of a shared stream may have no record of the kind.
        if counts.records:
            self._run.progress.add_batch(self.kind, batch_id, time.monotonic() - began, counts)

    def is_active(self) -> bool:
        return self._query.isActive

    def stop(self, deadline: float) -> None:
        """Lets the query finish the batch in hand: stopped within it, Spark would cancel it and do it again."""
        while self._query.isActive and self._query.status["isTriggerActive"]:
            self._is_stopping = time.monotonic() > deadline
            time.sleep(0.02)
        self._query.stop()

    def raise_failure(self) -> None:
        error = None if self._has_refused else self._query.exception()
        if error is not None:
            # What follows is the plan of the query, longer than any log wants it.
            reason = str(error).split("\n=== Streaming Query ===")[0]
            raise QueryDied(f'the query of "{self.kind}" has died: {_condense(reason)}\n{reason}') from None


def _condense(reason: str) -> str:
    """In one line: of an error Databricks tells the first, and that of a trace does not say what went wrong."""
    lines = reason.replace("Traceback (most recent call last):", "").splitlines()
    return " ".join(line.strip() for line in lines if line.strip() and not line.startswith(("  ", "\t")))


def run_streams(run: StreamRun, trigger: Trigger) -> None:
    """Runs with the trigger until a stop is requested, where it is not AVAILABLE_NOW; then takes what is there."""
    create_stream_tables(run.spark, run.tables_root)
    if trigger != AVAILABLE_NOW:
        _run_queries(run, trigger, run.control.is_stop_requested)
    _run_queries(run, AVAILABLE_NOW, lambda: False)


def _run_queries(run: StreamRun, trigger: Trigger, is_stop_requested: Callable[[], bool]) -> None:
    """Until all queries have ended, one has died or a stop is requested. None is active afterwards."""
    report = Report(run)
    queries: list[KindQuery] = []
    grace = 0.0
    try:
        for kind in KINDS:
            queries.append(KindQuery(run, kind, trigger))
        while any(query.is_active() for query in queries) and not is_stop_requested():
            for query in queries:
                if not query.is_active():
                    query.raise_failure()
            report.write_changes()
            time.sleep(WATCH_SECONDS)
        grace = IDLE_SECONDS
    finally:
        deadline = time.monotonic() + grace
        for query in queries:
            query.stop(deadline)
        report.write()
    for query in queries:
        query.raise_failure()


class Report:
    """Writes the progress, when something has changed and not more often than once in REPORT_SECONDS."""

    def __init__(self, run: StreamRun) -> None:
        self._run = run
        self._written: object = None
        self._at = 0.0
        self.write()

    def write_changes(self) -> None:
        if time.monotonic() - self._at >= REPORT_SECONDS and self._run.progress.describe_kinds() != self._written:
            self.write()

    def write(self) -> None:
        kinds = self._run.progress.describe_kinds()
        self._run.control.write_progress(render_progress(kinds))
        self._written, self._at = kinds, time.monotonic()
