"""Does one piece of work of whatever kind and says how it ended."""

import io
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import SparkSession

from .display import create_display
from .isolation import isolate
from .notebook import NotebookContext, run_notebook
from .redaction import RedactedLog, Redactor
from .scripts import run_entry_point, run_python_file, run_sql_file
from .secret_scopes import Secrets
from .storage import Storage
from .task_values import Jobs, TaskValues

# The platform returns the first 5 MB of an exit value.
MAX_RESULT_BYTES = 5 * 1024 * 1024
OWN_FOLDER = str(Path(__file__).parent)


@dataclass(frozen=True)
class Ending:
    """How work ended. ``result`` is None unless a notebook called ``dbutils.notebook.exit``; ``error`` is one line."""

    result: str | None = None
    truncated: bool = False
    error: str | None = None
    error_trace: str | None = None
    task_values: dict[str, object] = field(default_factory=dict)


def do_work(spark: SparkSession, call: dict, storage: Storage, scratch: Path) -> Ending:
    """``call`` is what the server sends: work, libraries, output, taskValues, secrets."""
    work, output, redactor = call["work"], Path(call["output"]), Redactor()
    task_values = TaskValues(call["taskValues"])
    folder = Path(work["file"]).parent if "file" in work else scratch
    libraries = [Path(library) for library in call["libraries"]]
    with (output / "stdout.log").open("w", encoding="utf-8", buffering=1) as file:
        log = RedactedLog(file, redactor)
        with redirect_stdout(log), redirect_stderr(log):  # type: ignore[type-var]
            try:
                with isolate(spark, folder, libraries, scratch) as session:
                    context = NotebookContext(
                        spark=session,
                        storage=storage,
                        secrets=Secrets(call["secrets"], redactor),
                        jobs=Jobs(task_values),
                        display=create_display(output / "displays.jsonl", redactor),
                    )
                    result = _run(work, context)
            except BaseException as error:  # noqa: BLE001 (sys.exit in a notebook is a failure of that notebook only)
                line, trace = redactor.redact(_first_line(error)), redactor.redact(_format_trace(error))
                return Ending(error=line, error_trace=trace, task_values=task_values.own)
    return _succeed(result, redactor.redact, task_values)


def _run(work: dict, context: NotebookContext) -> str | None:
    kind = work["kind"]
    if kind == "notebook":
        return run_notebook(Path(work["file"]), work["parameters"], context)
    if kind == "python":
        run_python_file(Path(work["file"]), work["arguments"], context.spark)
    elif kind == "wheel":
        run_entry_point(work["packageName"], work["entryPoint"], work["arguments"], work["namedArguments"])
    else:
        run_sql_file(Path(work["file"]), work["parameters"], context.spark, context.display)
    return None


def _succeed(result: str | None, redact: Callable[[str], str], task_values: TaskValues) -> Ending:
    if result is None:
        return Ending(task_values=task_values.own)
    encoded = redact(result).encode("utf-8", errors="replace")
    kept = encoded[:MAX_RESULT_BYTES].decode("utf-8", errors="ignore")
    return Ending(result=kept, truncated=len(encoded) > MAX_RESULT_BYTES, task_values=task_values.own)


def _first_line(error: BaseException) -> str:
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _format_trace(error: BaseException) -> str:
    trace = traceback.TracebackException.from_exception(error)
    out = io.StringIO()
    link: traceback.TracebackException | None = trace
    while link is not None:
        link.stack = traceback.StackSummary.from_list(
            frame for frame in link.stack if not frame.filename.startswith(OWN_FOLDER)
        )
        link = link.__cause__ or link.__context__
    out.writelines(trace.format())
    return out.getvalue()
