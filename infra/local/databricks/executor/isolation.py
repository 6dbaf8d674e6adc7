"""Leaves a process as the next task needs to find it: nothing of a task is visible to a later one."""

import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pyspark import SparkContext
from pyspark.sql import SparkSession

from .process_state import keep_process_state


@contextmanager
def isolate(
    spark: SparkSession, folder: Path | None, libraries: Sequence[Path], scratch: Path
) -> Iterator[SparkSession]:
    """Gives a session of its own, works in ``folder`` or an empty one, imports modules there and in the libraries."""
    own = scratch / "work"
    own.mkdir(exist_ok=True)
    try:
        with keep_process_state(), _own_session(spark) as session:
            # Modules of the cluster, as Spark's workers have them: behind all others, and forgotten with the task, because
            # the next one may have a module of the same name.
            sys.path.extend(_split_path(os.environ))
            unpacked = [_unpack(library, own / str(index)) for index, library in enumerate(libraries)]
            with import_from(unpacked, session), work_in(folder or own, session):
                yield session
    finally:
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def work_in(folder: Path, spark: SparkSession) -> Iterator[None]:
    """Starts in the folder and imports its modules first."""
    cwd = os.getcwd()
    os.chdir(folder)
    try:
        with import_from([folder], spark):
            yield
    finally:
        os.chdir(cwd)


@contextmanager
def import_from(folders: Sequence[Path], spark: SparkSession) -> Iterator[None]:
    """Modules of these folders come first, here and in the Python workers that Spark starts."""
    texts = [str(folder) for folder in folders]
    environment = spark.sparkContext.environment
    sys.path[:0] = texts
    environment["PYTHONPATH"] = os.pathsep.join([*texts, *_split_path(environment)])
    try:
        yield
    finally:
        # One by one: other threads may have put theirs in front meanwhile.
        workers = _split_path(environment)
        for path in (sys.path, workers):
            for text in texts:
                if text in path:
                    path.remove(text)
        environment["PYTHONPATH"] = os.pathsep.join(workers)


def _split_path(environment: Mapping[str, str]) -> list[str]:
    return [text for text in environment.get("PYTHONPATH", "").split(os.pathsep) if text]


def forbid_stop() -> None:
    """The context is the cluster's, and a task must not end it."""
    SparkSession.stop = SparkContext.stop = lambda self: None  # type: ignore[method-assign]


@contextmanager
def _own_session(spark: SparkSession) -> Iterator[SparkSession]:
    session = spark.newSession()
    _use_session(session)
    try:
        yield session
    finally:
        for query in session.streams.active:
            # One that has just failed has stopped too.
            with suppress(Exception):
                query.stop()
        # Data that were kept for a query would answer the same query of a later task, whatever the files say then.
        session.catalog.clearCache()
        _use_session(spark)


def _use_session(session: SparkSession) -> None:
    """``SparkSession.builder.getOrCreate()`` gives this one from now on."""
    SparkSession._instantiatedSession = session
    SparkSession._activeSession = session
    jvm = session._jvm.SparkSession
    jvm.setDefaultSession(session._jsparkSession)
    jvm.setActiveSession(session._jsparkSession)


def _unpack(library: Path, folder: Path) -> Path:
    """As a folder, because not every module works from within an archive. Metadata of eggs are found by the name."""
    target = folder / library.name
    try:
        with zipfile.ZipFile(library) as archive:
            archive.extractall(target)
    except zipfile.BadZipFile as error:
        raise ImportError(f'library "{library.name}" cannot be opened: {error}') from error
    return target
