"""The Spark data source ``kinesis``: ``spark.readStream.format("kinesis")`` as on Databricks, on a Spark of one's own.

Spark imports every top-level module whose name begins with ``pyspark_`` and registers its ``DefaultSource``, so a
notebook needs no line for it. All fetching happens in one process on the driver; see README.md beside the package.
"""

from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader
from pyspark.sql.types import StructType


class DefaultSource(DataSource):
    @classmethod
    def name(cls) -> str:
        return "kinesis"

    def schema(self) -> str:
        from .options import parse_options, warn_of_unknown_options

        # Spark asks for the schema when the stream is loaded: what is wrong with an option is told there.
        parse_options(self.options)
        warn_of_unknown_options(self.options)
        return (
            "partitionKey string, data binary, stream string, shardId string, sequenceNumber string,"
            " approximateArrivalTimestamp timestamp"
        )

    def simpleStreamReader(self, schema: StructType) -> SimpleDataSourceStreamReader:
        from .options import parse_options
        from .stream_reader import KinesisStreamReader

        return KinesisStreamReader(parse_options(self.options))
