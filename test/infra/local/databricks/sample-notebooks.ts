import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Notebooks for the executor's tests; `root` is a folder of the test's own. */
const FILES: Readonly<Record<string, string>> = {
  'write.py': `# Databricks notebook source
# MAGIC %md
# MAGIC Writes a Delta table and leaves a mark per execution.

# COMMAND ----------

dbutils.widgets.text("rows", "1")
root, rows = dbutils.widgets.get("root"), int(dbutils.widgets.get("rows"))
with open(f"{root}/executions", "a") as marks:
    marks.write("x")

# COMMAND ----------

# MAGIC %run ./naming

# COMMAND ----------

spark.range(rows).write.format("delta").save(table_path(root))
print("wrote", rows)
dbutils.notebook.exit(str(rows))
`,
  'naming.py': `# Databricks notebook source
def table_path(root):
    return f"{root}/table"
`,
  'read.py': `# Databricks notebook source
# MAGIC %sql
# MAGIC select 40 + 2 as answer

# COMMAND ----------

import json
from words.greeting import GREETING

root = dbutils.widgets.get("root")
assert "sc" not in globals()
try:
    dbutils.notebook.exit(json.dumps({
        "answer": _sqldf.collect()[0].answer,
        "greeting": GREETING,
        "parameters": dbutils.widgets.getAll(),
        "rows": spark.read.format("delta").load(f"{root}/table").count(),
        "views": [table.name for table in spark.catalog.listTables()],
    }, sort_keys=True))
except Exception:
    dbutils.notebook.exit("swallowed")
finally:
    spark.range(1).createOrReplaceTempView("left_behind")
`,
  'words/greeting.py': 'GREETING = "hello"\n',
  'fail.py': `# Databricks notebook source
# MAGIC %md
# MAGIC Fails in a module.

# COMMAND ----------

from words.failing import fail

fail(7)
`,
  'words/failing.py': `def fail(number):
    raise ValueError(f"bad row {number}")
`,
  'undefined-widget.py': `# Databricks notebook source

dbutils.widgets.get("nobody gave this")
`,
  'limits.py': `# Databricks notebook source
folder = dbutils.widgets.get("root") + "/a folder"
dbutils.fs.put(f"file:{folder}/text", "some text")
assert dbutils.fs.head(f"file:{folder}/text", 4) == "some"
dbutils.fs.mkdirs(f"file:{folder}/sub")
assert [(file.name, file.size) for file in dbutils.fs.ls(f"file:{folder}")] == [("sub/", 0), ("text", 9)]
assert dbutils.fs.rm(f"file:{folder}", recurse=True) and not dbutils.fs.rm(f"file:{folder}")

# COMMAND ----------

display(spark.range(10_001))
display("words")

# COMMAND ----------

dbutils.notebook.exit("x" * (5 * 1024 * 1024 + 1))
`,
  'sleep.py': `# Databricks notebook source
import os
import time
from pyspark.sql.functions import udf

root = dbutils.widgets.get("root")


def sleep(number):
    with open(f"{root}/worker", "w") as mark:
        mark.write(str(os.getpid()))
    time.sleep(600)


# COMMAND ----------

spark.range(1).select(udf(sleep, "long", useArrow=False)("id")).collect()
`,
  'set-values.py': `# Databricks notebook source
dbutils.jobs.taskValues.set("rows", 7)
dbutils.jobs.taskValues.set("days", ["mon", {"a": None}])
try:
    dbutils.jobs.taskValues.set("huge", "x" * (48 * 1024))
except ValueError as error:
    dbutils.notebook.exit(str(error))
`,
  'get-values.py': `# Databricks notebook source
import json
values = dbutils.jobs.taskValues
dbutils.notebook.exit(json.dumps([
    values.get(taskKey="set-values", key="rows"),
    values.get("set-values", "days", debugValue=[]),
    values.get("set-values", "nothing", default="default"),
    dbutils.widgets.get("rows"),
]))
`,
  'secrets.py': `# Databricks notebook source
secret = dbutils.secrets.get("db", "password")
print("the secret is", secret)
display(secret)
display(spark.createDataFrame([(secret,)], ["value"]))
assert [entry.key for entry in dbutils.secrets.list("db")] == ["password"]
if dbutils.widgets.get("raise") == "yes":
    raise ValueError(f"wrong: {secret}")
dbutils.notebook.exit(f"{len(secret)} {secret}")
`,
  'runs-others.py': `# Databricks notebook source
import json
value = 1
results = [dbutils.notebook.run("./returns", 60, {"given": 5}), dbutils.notebook.run("/Shared/pinflow/returns", 0)]
for name in ("fail", "sleeps", "absent"):
    try:
        dbutils.notebook.run(name, 1)
    except Exception as error:
        results.append(type(error).__name__)
dbutils.notebook.exit(json.dumps([*results, value]))
`,
  'returns.py': `# Databricks notebook source
value = 2
dbutils.notebook.exit("got " + dbutils.widgets.getArgument("given", "nothing"))
`,
  'naps.py': `# Databricks notebook source
import time
time.sleep(4)
`,
  'sleeps.py': `# Databricks notebook source
import time
time.sleep(600)
`,
  'scripts/script.py': `import json
import os
import sys
import time

from pyspark.sql import SparkSession

import beside

began = time.time()
spark = SparkSession.builder.getOrCreate()
rows = spark.range(int(sys.argv[2])).count()
print("counted", rows)
time.sleep(float(sys.argv[3]))
os.environ["LEFT_BEHIND"] = "yes"
record = {"argv": sys.argv[1:], "rows": rows, "beside": beside.VALUE, "began": began, "ended": time.time()}
with open(sys.argv[1], "w") as file:
    json.dump(record, file)
spark.stop()
sys.exit(0)
`,
  'scripts/beside.py': 'VALUE = "beside"\n',
  'scripts/exits.py': 'import os\nimport sys\nsys.exit("LEFT_BEHIND" in os.environ or 3)\n',
};

export function writeSampleNotebooks(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
