"""The state of a Python process that programs change, put back as it was."""

import importlib
import logging
import os
import signal
import sys
import threading
import types
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from .threads import end_threads


@contextmanager
def keep_process_state() -> Iterator[None]:
    """Everything inside starts with an empty ``__main__``; afterwards threads are ended and changes undone."""
    cwd, argv, path, environment = os.getcwd(), sys.argv, list(sys.path), dict(os.environ)
    modules, main, threads = set(sys.modules), sys.modules["__main__"], set(threading.enumerate())
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    loggers = {logger: _describe_logger(logger) for logger in _list_loggers()}
    sys.argv, sys.modules["__main__"] = [""], types.ModuleType("__main__")
    # Files may have changed since the last work.
    importlib.invalidate_caches()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        end_threads(threads, path)
        os.chdir(cwd)
        sys.argv, sys.path[:] = argv, path
        os.environ.clear()
        os.environ.update(environment)
        sys.modules["__main__"] = main
        _forget_modules(modules, path)
        _restore_signals(handlers)
        for logger in _list_loggers():
            _restore_logger(logger, loggers.get(logger, ([], [], logging.NOTSET, True, False)))
        logging.disable(logging.NOTSET)


def _forget_modules(earlier: Collection[str], installed: Collection[str]) -> None:
    """Modules of the work and its libraries go: another one's may have the same names, or these be edited."""
    roots = tuple(folder + os.sep for folder in installed if folder)
    for name in set(sys.modules).difference(earlier):
        attributes = getattr(sys.modules[name], "__dict__", {})
        places = [attributes.get("__file__") or "", *(attributes.get("__path__") or ())]
        known = [place for place in places if isinstance(place, str) and place]
        if known and not known[0].startswith(roots):
            del sys.modules[name]


def _restore_signals(handlers: dict[int, object]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)  # type: ignore[arg-type]


def _list_loggers() -> list[logging.Logger]:
    made = [entry for entry in logging.root.manager.loggerDict.values() if isinstance(entry, logging.Logger)]
    return [logging.root, *made]


def _describe_logger(logger: logging.Logger) -> tuple:
    return list(logger.handlers), list(logger.filters), logger.level, logger.propagate, logger.disabled


def _restore_logger(logger: logging.Logger, state: tuple) -> None:
    """A handler that work has added writes to a log that is closed by now."""
    logger.handlers[:], logger.filters[:] = state[:2]
    _, _, level, logger.propagate, logger.disabled = state
    logger.setLevel(level)
