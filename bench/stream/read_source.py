"""Reads a stream with the source of Spark alone, in this process and without Spark, as its planner worker does.

read_source.py <endpoint> <stream> <records>: prints {"seconds", "cpuSeconds"} in JSON
"""

import json
import sys
import time

from pyspark_localkinesis import DefaultSource

endpoint, stream, expected = sys.argv[1], sys.argv[2], int(sys.argv[3])
source = DefaultSource({"streamName": stream, "endpoint": endpoint, "initialPosition": "earliest"})
reader = source.simpleStreamReader(None)
offset = reader.initialOffset()
began, cpu = time.monotonic(), time.process_time()
count = 0
while count < expected:
    batches, offset = reader.read(offset)
    count += sum(batch.num_rows for batch in batches)
if count != expected:
    raise SystemExit(f"read {count} records instead of {expected}")
print(json.dumps({"seconds": time.monotonic() - began, "cpuSeconds": time.process_time() - cpu}))
