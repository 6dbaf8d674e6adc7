"""One cluster's process: starts Spark, then does one piece of work after the other, as told on standard input.

Both directions are JSON lines. In: ``{work, libraries, output, taskValues, secrets}``. Out: ``{"up": Spark version}``,
then ``{"warm": true}``, then one ``{"ending": {result, truncated, error, error_trace, task_values}}`` for each. Work
that comes during the warm-up takes its place. The process ends when its input closes, and the JVM with it.
"""

import argparse
import faulthandler
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from .isolation import forbid_stop
from .pipes import answer, read_commands, take_over_pipes
from .session import start_session, warm_up
from .storage import Storage
from .work import do_work


def main() -> None:
    arguments = _parse_arguments()
    commands, answers = take_over_pipes()
    # The process's own log, wherever descriptor 2 leads while there is work.
    own_log = os.dup(2)
    faulthandler.enable(own_log)
    # No stale bytecode of an edited package, and no cache folders among the notebooks; workers of Spark inherit it.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    # The first entry is this process's starting folder; notebooks must not see it.
    sys.path.pop(0)
    os.chdir(arguments.scratch)
    # C1 alone has room for 48 MB of code. Fifteen batches of a stream fill it, and then nothing is compiled any more.
    java_options = ["-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m"] if arguments.short_lived else []
    if arguments.class_archive and arguments.class_archive.exists():
        java_options.append(f'"-XX:SharedArchiveFile={arguments.class_archive}"')
    inbox = read_commands(commands)
    # Like libraries of a cluster. Spark's workers get them from here, tasks by ``isolate``.
    os.environ["PYTHONPATH"] = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), *arguments.modules])
    spark = start_session(
        delta_jars=arguments.delta_jars,
        warehouse=arguments.warehouse,
        scratch=arguments.scratch,
        java_options=java_options,
    )
    forbid_stop()
    jvm = spark.sparkContext._gateway.proc
    threading.Thread(target=_end_with, args=[jvm, own_log], name="jvm", daemon=True).start()
    answer(answers, {"up": spark.version})
    if arguments.warm_up:
        for _ in warm_up(spark, arguments.scratch):
            if not inbox.empty():
                break
    answer(answers, {"warm": True})
    mounts = dict(mount.split("=", 1) for mount in arguments.mount)
    storage = Storage(
        workspace=arguments.workspace,
        mounts={path: Path(folder) for path, folder in mounts.items()},
        dbfs=arguments.dbfs,
        volumes=arguments.volumes,
    )
    while True:
        ending = do_work(spark, inbox.get(), storage, arguments.scratch)
        answer(answers, {"ending": asdict(ending)})


def _end_with(jvm: subprocess.Popen, log: int) -> None:
    """Without its JVM this process is good for nothing: the server hears that the cluster is lost."""
    jvm.wait()
    os.write(log, f"the JVM has ended with code {jvm.returncode}\n".encode())
    os._exit(1)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="executor")
    parser.add_argument("--delta-jars", type=Path, required=True)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--class-archive", type=Path)
    parser.add_argument("--modules", action="append", default=[], help="folder on the module path of every task")
    parser.add_argument("--short-lived", action="store_true")
    parser.add_argument("--warm-up", action="store_true")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--mount", action="append", default=[], help="workspace path=folder")
    parser.add_argument("--dbfs", type=Path, required=True)
    parser.add_argument("--volumes", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
