"""Writes the archive of the JVM's classes that executors map instead of loading them: ``python -m executor.train``.

It belongs to one installation of Java, Spark and Delta; a JVM that does not fit an archive ignores it.
"""

import argparse
import os
import shutil
import uuid
from pathlib import Path

from .pipes import read_commands, take_over_pipes
from .session import start_session, warm_up


def main() -> None:
    parser = argparse.ArgumentParser(prog="executor.train")
    parser.add_argument("--delta-jars", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--archive", type=Path, required=True)
    arguments = parser.parse_args()
    _give_way()
    read_commands(take_over_pipes()[0])
    os.chdir(arguments.scratch)
    written = arguments.scratch / "classes.jsa"
    spark = start_session(
        delta_jars=arguments.delta_jars,
        warehouse=arguments.scratch / "warehouse",
        scratch=arguments.scratch,
        java_options=[f'"-XX:ArchiveClassesAtExit={written}"', "-Xlog:cds=error", "-Xlog:cds+dynamic=error"],
    )
    for _ in warm_up(spark, arguments.scratch):
        pass
    gateway = spark.sparkContext._gateway
    spark.stop()
    # The JVM writes the archive while it ends; it ends when its input closes.
    gateway.proc.stdin.close()
    gateway.proc.wait()
    # The archive appears complete or not at all, on whichever disk it is.
    arguments.archive.parent.mkdir(parents=True, exist_ok=True)
    part = arguments.archive.with_name(f"{arguments.archive.name}.{uuid.uuid4()}")
    shutil.copyfile(written, part)
    part.replace(arguments.archive)


def _give_way() -> None:
    """Lowest priority. Linux shares the CPU between sessions first, where nice alone had no effect (measured)."""
    os.nice(19)
    group = Path("/proc/self/autogroup")
    if group.exists():
        group.write_text("19")


if __name__ == "__main__":
    main()
