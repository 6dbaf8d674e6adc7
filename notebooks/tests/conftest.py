"""One Spark for all tests: starting it takes longer than most of them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark_localkinesis
import pytest
from pyspark.sql import SparkSession

from tests.landing_folder import LandingFolder

# For small frames on a machine with two busy cores; none of it changes a result.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss4m",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
}


def _find_delta_jars() -> str:
    folder = os.environ.get("PINFLOW_DELTA_JARS")
    if folder is None or not list(Path(folder).glob("delta-spark_*.jar")):
        pytest.exit(f'PINFLOW_DELTA_JARS must name the folder of the Delta jars, got "{folder}"', returncode=4)
    return folder


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    folder = tmp_path_factory.mktemp("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Workers of Spark look for data sources there.
    os.environ["PYTHONPATH"] = str(Path(pyspark_localkinesis.__file__).parents[1])
    builder = SparkSession.builder.master("local[2]").config("spark.driver.extraClassPath", f"{_find_delta_jars()}/*")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(folder), "spark.local.dir": str(folder)}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def landing(tmp_path: Path) -> LandingFolder:
    return LandingFolder(tmp_path / "landing")
