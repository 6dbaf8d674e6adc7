"""Says which records are in which file of a table: a line `<shard>/<sequence number>\t<file>` for each.

read_places.py <table> < names of its files
"""

import sys
from pathlib import Path

from pyarrow import parquet

table = Path(sys.argv[1])
for name in sys.stdin.read().split("\n"):
    if name:
        rows = parquet.ParquetFile(table / name).read(["_shard", "_sequence"])
        for shard, sequence in zip(rows["_shard"].to_pylist(), rows["_sequence"].to_pylist(), strict=True):
            print(f"{shard}/{sequence}\t{name}")
