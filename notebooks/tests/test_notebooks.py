import re
from pathlib import Path

import pytest
from pyspark.sql import SparkSession, functions

from tests.fake_notebook import FOLDER, read_cells, run_notebook

NOTEBOOKS = ("clean", "queries", "stream")
SOURCES = [*(FOLDER / f"{name}.py" for name in NOTEBOOKS), *sorted((FOLDER / "pinflow_notebooks").glob("*.py"))]

# Refused by serverless compute, absent from Spark 4.0, known to Databricks only, settings of the engine (the runner's
# business), or dependent on the order of rows: each with a line that uses it.
FORBIDDEN = {
    r"sparkContext": "spark.sparkContext.parallelize([])",
    r"\brdd\b": "frame.rdd.map(f)",
    r"\.(cache|persist|localCheckpoint|checkpoint)\(": "frame.cache()",
    r"\bdelta\.tables\b": "from delta.tables import DeltaTable",
    r"\bmount\b": "dbutils.fs.mount(source)",
    r"cloudFiles": 'spark.readStream.format("cloudFiles")',
    r"badRecordsPath|rescuedDataColumn": 'option("badRecordsPath", path)',
    r"\b(max|min)_by\(([^,()]+,){2}": "F.max_by(a, b, 3)",
    r"dropDuplicates|percentile_approx|monotonically_increasing_id|\brand\(": 'frame.dropDuplicates(["ind"])',
    r"conf\.set\((?!\"spark\.sql\.session\.timeZone\")": 'spark.conf.set("spark.sql.shuffle.partitions", 1)',
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_begins_with_the_exact_marker_and_sets_the_zone_first(name: str) -> None:
    assert (FOLDER / f"{name}.py").read_bytes().startswith(b"# Databricks notebook source\n")
    code = [line for line in read_cells(name)[0].splitlines() if line and not line.startswith("#")]
    assert code == ['spark.conf.set("spark.sql.session.timeZone", "UTC")']


@pytest.mark.parametrize(("pattern", "line"), FORBIDDEN.items())
def test_the_lint_finds_what_it_forbids(pattern: str, line: str) -> None:
    assert re.search(pattern, line)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_source_uses_nothing_that_is_not_portable(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert [pattern for pattern in FORBIDDEN if re.search(pattern, text)] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_source_calls_no_function_that_is_newer_than_spark_4_0(source: Path) -> None:
    used = set(re.findall(r"\bF\.([a-z]\w*)", source.read_text(encoding="utf-8")))
    assert sorted(name for name in used if is_newer(name)) == []


def is_newer(name: str) -> bool:
    """PySpark says in the text of a function since when it has it."""
    return re.search(r"versionadded:: 4\.[1-9]", getattr(functions, name).__doc__ or "") is not None


def test_the_lint_knows_a_newer_function() -> None:
    assert [name for name in ("quote", "sum") if is_newer(name)] == ["quote"]


@pytest.mark.parametrize("sources", [{}, {"manifest": "a", "pipeline": "b"}])
def test_cleaning_is_told_one_thing_to_clean(spark: SparkSession, sources: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r'^expected either "manifest" or "pipeline", got '):
        run_notebook("clean", spark, landing_root="a", tables_root="b", run_id="c", **sources)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_missing_parameter_is_named(spark: SparkSession, name: str) -> None:
    with pytest.raises(ValueError, match=r'^parameter "(landing_root|tables_root|pipeline)" is missing$'):
        run_notebook(name, spark)
