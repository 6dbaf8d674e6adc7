"""Leaves a process as the next task needs to find it: nothing of a task is visible to a later one."""

import importlib
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession


@contextmanager
def isolate(spark: SparkSession, folder: Path, libraries: Sequence[Path], scratch: Path) -> Iterator[SparkSession]:
    """Works in ``folder`` with a session of its own; modules of the folder and of the libraries can be imported."""
    unpacked = scratch / "libraries"
    paths = [str(folder), *(str(_unpack(library, unpacked)) for library in libraries)]
    cwd, argv, path, environment = os.getcwd(), sys.argv, list(sys.path), dict(os.environ)
    session = _start_session(spark)
    sys.path[:0] = paths
    # Spark's Python workers find the same modules; where this text differs, Spark starts other workers.
    spark.sparkContext.environment["PYTHONPATH"] = os.pathsep.join(paths)
    os.chdir(folder)
    try:
        yield session
    finally:
        for query in session.streams.active:
            query.stop()
        os.chdir(cwd)
        sys.argv, sys.path[:] = argv, path
        os.environ.clear()
        os.environ.update(environment)
        _use_session(spark)
        _forget_modules(paths)
        shutil.rmtree(unpacked, ignore_errors=True)


def _start_session(spark: SparkSession) -> SparkSession:
    session = spark.newSession()
    # The context is the cluster's, and a task must not end it.
    session.stop = lambda: None  # type: ignore[method-assign]
    _use_session(session)
    return session


def _use_session(session: SparkSession) -> None:
    """``SparkSession.builder.getOrCreate()`` gives this one from now on."""
    SparkSession._instantiatedSession = session
    SparkSession._activeSession = session
    jvm = session._jvm.SparkSession
    jvm.setDefaultSession(session._jsparkSession)
    jvm.setActiveSession(session._jsparkSession)


def _unpack(library: Path, folder: Path) -> Path:
    """As a folder, because not every module works from within an archive."""
    target = folder / library.stem
    with zipfile.ZipFile(library) as archive:
        archive.extractall(target)
    return target


def _forget_modules(folders: Sequence[str]) -> None:
    """A module beside the notebook is read again by the next run, which may come after an edit."""
    prefixes = tuple(folder + os.sep for folder in folders)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(prefixes):
            del sys.modules[name]
    importlib.invalidate_caches()
