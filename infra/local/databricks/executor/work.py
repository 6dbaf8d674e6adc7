"""Does one piece of work of whatever kind and says how it ended."""

import sys
from pathlib import Path
from types import ModuleType

from pyspark.sql import SparkSession

from .dbutils import Widgets
from .display import create_display
from .ending import Ending, fail, succeed
from .isolation import isolate
from .notebook import WorkContext, run_notebook
from .redaction import Redactor
from .scripts import run_entry_point, run_python_file, run_sql_file
from .secret_scopes import Secrets
from .storage import Storage
from .task_values import Jobs, TaskValues
from .work_log import capture_output


def do_work(spark: SparkSession, call: dict, storage: Storage, scratch: Path) -> Ending:
    """``call`` is what the server sends: work, libraries, output, taskValues, secrets."""
    work, output, redactor = call["work"], Path(call["output"]), Redactor()
    task_values = TaskValues(call["taskValues"])
    file = Path(work["file"]) if "file" in work else None
    libraries = [Path(library) for library in call["libraries"]]
    with capture_output(output / "stdout.log", redactor):
        try:
            with isolate(spark, file and file.parent, libraries, scratch) as session:
                context = WorkContext(
                    spark=session,
                    storage=storage,
                    secrets=Secrets(call["secrets"], redactor),
                    jobs=Jobs(task_values),
                    display=create_display(output / "displays.jsonl", redactor),
                )
                _offer_dbutils(context, file or scratch)
                result = _run(work, context)
        except BaseException as error:  # noqa: BLE001 (sys.exit in a notebook is a failure of that notebook only)
            return fail(error, redactor.redact, task_values.own)
        return succeed(result, redactor.redact, task_values.own)


def _run(work: dict, context: WorkContext) -> str | None:
    kind = work["kind"]
    if kind == "notebook":
        return run_notebook(Path(work["file"]), work["parameters"], context, sys.modules["__main__"].__dict__)
    if kind == "python":
        run_python_file(Path(work["file"]), work["arguments"], context.spark)
    elif kind == "wheel":
        run_entry_point(work["packageName"], work["entryPoint"], work["arguments"], work["namedArguments"])
    else:
        run_sql_file(Path(work["file"]), work["parameters"], context.spark, context.display)
    return None


def _offer_dbutils(context: WorkContext, caller: Path) -> None:
    """As modules get it on the platform: ``from pyspark.dbutils import DBUtils``, then ``DBUtils(spark)``."""
    dbutils = context.create_dbutils(Widgets({}), caller)
    module = ModuleType("pyspark.dbutils")
    module.DBUtils = lambda spark=None: dbutils  # type: ignore[attr-defined]
    sys.modules["pyspark.dbutils"] = module
