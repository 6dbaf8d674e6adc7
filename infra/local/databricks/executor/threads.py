"""Threads that run the code of notebooks: their time, and their end."""

import ctypes
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Collection
from concurrent.futures import Future
from types import FrameType

from pyspark import InheritableThread
from pyspark.sql import SparkSession

_LOOK_SECONDS = 0.1
# A call into C, such as a long sleep, hears of its end only when it returns; it is not waited for any longer.
_PATIENCE_SECONDS = 2.0
_OWN_FOLDER = os.path.dirname(__file__)


class NotebookTimeout(Exception):
    """A notebook that another one ran took longer than it may."""


class _Stopped(BaseException):
    """Its time is up. Not an Exception, so that ``except Exception`` in a notebook does not swallow it."""


def run_within(seconds: int, what: str, run: Callable[[], str], spark: SparkSession) -> str:
    """Raises NotebookTimeout when the time is up, after the end of the Spark jobs of the run; 0 is no limit.

    On a thread of its own, because only a thread can be told to stop when it waits for Spark: an exception in the
    middle of a call to the JVM would leave that call's answer to the next one. Any thread may call this.
    """
    if seconds <= 0:
        return run()
    context, tag = spark.sparkContext, f"notebook-{uuid.uuid4()}"
    outcome: Future[str] = Future()

    def work() -> None:
        try:
            context.addJobTag(tag)
            outcome.set_result(run())
        except BaseException as error:  # noqa: BLE001 (told to the caller)
            outcome.set_exception(error)

    thread = InheritableThread(target=work, name=what, daemon=True)
    thread.caller = threading.current_thread()  # type: ignore[attr-defined]
    thread.start()
    try:
        _wait(thread, seconds)
        if thread.is_alive():
            raise NotebookTimeout(f"{what} took longer than {seconds} s")
    finally:
        _stop([thread], _Stopped, lambda: context.cancelJobsWithTag(tag))
    return outcome.result()


def end_threads(earlier: Collection[threading.Thread], installed: Collection[str]) -> None:
    """Ends what work has left running. Threads that installed packages keep stay, they may be needed again."""
    frames, roots = sys._current_frames(), ("<", _OWN_FOLDER, *filter(None, installed))
    new = [thread for thread in threading.enumerate() if thread not in earlier]
    # A thread ends by SystemExit without a word.
    _stop([thread for thread in new if _runs_code_outside(frames.get(thread.ident or 0), roots)], SystemExit)


def _runs_code_outside(frame: FrameType | None, roots: tuple[str, ...]) -> bool:
    while frame is not None:
        if not frame.f_code.co_filename.startswith(roots):
            return True
        frame = frame.f_back
    return False


def _stop(
    threads: Collection[threading.Thread], error: type[BaseException], interrupt: Callable[[], None] = lambda: None
) -> None:
    """With the notebooks that they run; again and again, because code may catch what ends it."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while (alive := [one for one in threading.enumerate() if _works_for(one, threads)]) and time.monotonic() < until:
        for thread in alive:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(error))
        interrupt()
        alive[0].join(_LOOK_SECONDS)


def _works_for(thread: threading.Thread | None, callers: Collection[threading.Thread]) -> bool:
    while thread is not None and thread not in callers:
        thread = getattr(thread, "caller", None)
    return thread is not None


def _wait(thread: threading.Thread, seconds: float) -> None:
    """In small steps, because the waiting thread can itself be told to stop."""
    until = time.monotonic() + seconds
    while thread.is_alive() and (left := until - time.monotonic()) > 0:
        thread.join(min(left, _LOOK_SECONDS))
