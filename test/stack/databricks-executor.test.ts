import { join } from 'node:path';
import { RealExecutor, errorOf } from '../infra/local/databricks/real-executor.ts';

let executor: RealExecutor;
beforeAll(async () => {
  executor = await RealExecutor.start();
});
afterAll(() => executor.remove());

test('what a task changes in its process is undone before the next one', async () => {
  const first = await executor.runNotebook(`
import logging, os, signal, sys, threading, time, warnings
logging.basicConfig(level="INFO", stream=sys.stdout)
logging.info("first")
warnings.simplefilter("error")
os.environ["LEFT"] = "yes"
sys.argv.append("left")
sys.path.insert(0, "/left")
os.chdir("/")
signal.signal(signal.SIGTERM, lambda *_: None)
signal.alarm(200)
spark.conf.set("spark.sql.ansi.enabled", "false")
spark.range(3).cache().createOrReplaceTempView("left")
spark.table("left").count()
spark.readStream.format("rate").load().writeStream.format("noop").start()
def work_on():
    while True:
        print("left running")
        time.sleep(0.1)
threading.Thread(target=work_on, name="left").start()
spark.stop()
spark.sparkContext.stop()
`);
  expect(first).toMatchObject({ end: { kind: 'exited', result: null } });
  expect(first.log).toContain('INFO:root:first\nleft running\n');
  const second = await executor.runNotebook(`
import json, logging, os, signal, sys, threading, time, warnings
time.sleep(0.3)
logging.warning("second")
dbutils.notebook.exit(json.dumps([
    os.environ.get("LEFT"), sys.argv, "/left" in sys.path, os.getcwd(), warnings.filters[0][0] == "error",
    signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, signal.getitimer(signal.ITIMER_REAL)[0],
    spark.conf.get("spark.sql.ansi.enabled"), [table.name for table in spark.catalog.listTables()],
    spark._jsparkSession.sharedState().cacheManager().isEmpty(), len(spark.streams.active),
    [thread.name for thread in threading.enumerate() if thread.name == "left"], "work_on" in globals(),
]))
`);
  expect(second.log).toBe('WARNING:root:second\n');
  expect(JSON.parse((second.end.kind === 'exited' && second.end.result) || '')).toEqual([
    ...[null, [''], false, join(executor.folder, 'workspace'), false],
    ...[true, 0, 'true', [], true, 0, [], false],
  ]);
});

test('everything that is printed is kept in order, whoever prints it', async () => {
  const { log } = await executor.runNotebook(`
import os, subprocess, sys
print("a")
os.system("echo b")
print("c", file=sys.stderr)
subprocess.run(["echo", "d"], stdout=sys.stdout)
sys.stdout.buffer.write(b"e\\n")
print("\\ud800")
subprocess.Popen("sleep 1.5; echo too late", shell=True)
sys.stdout.close()
`);
  expect(log).toBe('a\nb\nc\nd\ne\n?\n');
  expect((await executor.runNotebook('import time\ntime.sleep(2)\nprint("next")')).log).toBe('next\n');
});

test('a secret that was read is shown in no spelling, and what is shown stays JSON', async () => {
  const secrets = { scope: { key: 'ge"heim\nß', short: 'rows' } };
  const done = await executor.runNotebook(
    `
import json, subprocess, sys
secret = dbutils.secrets.get("scope", "key")
dbutils.secrets.get("scope", "short")
print(secret, repr(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False))
print(dbutils.secrets.getBytes(scope="scope", key="key"))
sys.stdout.write("in two " + secret[:3])
sys.stdout.flush()
print(secret[3:])
subprocess.run(["echo", "child", secret])
display({"text": secret})
display(spark.createDataFrame([(secret, float("nan"), {1: secret})], ["rows", "number", "map"]))
raise KeyError(secret)
`,
    { secrets },
  );
  expect(done.log).toBe(`[REDACTED] '[REDACTED]' "[REDACTED]" "[REDACTED]"
b'[REDACTED]'
in two [REDACTED]
child [REDACTED]
`);
  expect(done.displays).toEqual([
    { text: "{'text': '[REDACTED]'}" },
    { columns: ['[REDACTED]', 'number', 'map'], rows: [['[REDACTED]', 'nan', { 1: '[REDACTED]' }]], truncated: false },
  ]);
  expect(done.end).toMatchObject({ error: "KeyError: '[REDACTED]'" });
  expect(JSON.stringify(done.end)).not.toContain('heim');
});

test('a notebook that runs out of time ends with its Spark job, also on a thread', async () => {
  executor.writeNotebook(
    'workspace/sparks.py',
    `from pyspark.sql.functions import udf
import time
def wait(number):
    time.sleep(600)
try:
    spark.range(1).select(udf(wait, "long", useArrow=False)("id")).collect()
except Exception:
    time.sleep(0.5)
print("went on")
`,
  );
  executor.writeNotebook(
    'workspace/stubborn.py',
    'import time\nwhile True:\n    try:\n        time.sleep(0.2)\n    except Exception: pass',
  );
  executor.writeNotebook('workspace/patient.py', 'dbutils.notebook.run("stubborn", 600)');
  const value = await executor.evaluate(`
import threading
from concurrent.futures import ThreadPoolExecutor
def attempt(name):
    try:
        return dbutils.notebook.run(name, 2)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
results = [attempt("sparks"), attempt("patient")]
with ThreadPoolExecutor(2) as pool:
    results += pool.map(attempt, ["stubborn", "sparks"])
active = spark.sparkContext.statusTracker().getActiveJobsIds()
running = [thread.name for thread in threading.enumerate() if thread.name.startswith("notebook")]
finish([*results, list(active), running, spark.range(3).count()])
`);
  const late = (name: string): string => `NotebookTimeout: notebook "${name}.py" took longer than 2 s`;
  expect(value).toEqual([late('sparks'), late('patient'), late('stubborn'), late('sparks'), [], [], 3]);
});

test('notebooks name each other from the root of the workspace and from where they are, mounts included', async () => {
  executor.writeNotebook(
    'workspace/other.py',
    'dbutils.notebook.exit("other " + dbutils.widgets.getArgument("x", "none"))',
  );
  executor.writeNotebook(
    'workspace/deep/inner.py',
    'import near, os\ndbutils.notebook.exit(near.NAME + os.getcwd()[-5:])',
  );
  executor.write('workspace/deep/near.py', 'NAME = "near "\n');
  executor.writeNotebook('mount/mounted.py', 'included = dbutils.notebook.run("../../other", 30, {"x": 3})');
  const value = await executor.evaluate(`
run = dbutils.notebook.run
results = [run("./other"), run("/Workspace/other", 9, {"x": True}), run("deep/inner"), run("deep/../deep/inner", 9)]

# COMMAND ----------
# MAGIC %run /Shared/pinflow/mounted

# COMMAND ----------
try:
    run("/other/absent")
except FileNotFoundError as error:
    finish([*results, included, str(error)])
`);
  expect(value).toEqual([
    ...['other none', 'other True', 'near /deep', 'near /deep', 'other 3'],
    '"main.py" runs "/other/absent", which does not exist',
  ]);
});

test('notebooks on threads get values of their own, and an exit of one is an error for its caller', async () => {
  executor.writeNotebook('workspace/returns.py', 'value = dbutils.widgets.get("i")\ndbutils.notebook.exit(value)');
  executor.writeNotebook('workspace/exits.py', 'import sys\nsys.exit(3)');
  const value = await executor.evaluate(`
from concurrent.futures import ThreadPoolExecutor
value = "mine"
with ThreadPoolExecutor(4) as pool:
    results = list(pool.map(lambda i: dbutils.notebook.run("returns", 60, {"i": i}), range(8)))
try:
    dbutils.notebook.run("exits")
except Exception as error:
    finish(["".join(results), value, str(error)])
`);
  expect(value).toEqual(['01234567', 'mine', 'notebook "exits.py" ended by SystemExit: 3']);
});

test.each(['pip install x', 'pip', 'sh ls', 'fs ls /', 'scala 1', 'r 1'])(
  'a cell of %%%s is refused by name',
  async (cell) => {
    const done = await executor.runNotebook(`print("before")\n\n# COMMAND ----------\n# MAGIC %${cell}`);
    expect(errorOf(done)).toBe(
      `NotebookFormatError: line 5 of "main.py": %${cell.split(/\s/)[0]} cells cannot be run here`,
    );
    expect(done.log).toBe('before\n');
  },
);

test('code in the same cell as a command is refused and not left out', async () => {
  expect(errorOf(await executor.runNotebook('x = 1\n# MAGIC %run ./other'))).toBe(
    'NotebookFormatError: line 2 of "main.py" is code in a cell of "# MAGIC" lines',
  );
  expect(errorOf(await executor.runNotebook('# MAGIC %run ./other $x="1"'))).toMatch(
    '%run cannot hand over parameters here',
  );
});

test('a notebook of SQL runs its statements with the parameters of the task', async () => {
  const text = `-- Databricks notebook source
-- MAGIC %md
-- MAGIC Some words; more words.

-- COMMAND ----------

create temp view marks as select ';' as mark; -- not ; here
select mark, :n + 1 as next from marks;

-- COMMAND ----------
-- MAGIC %python
-- MAGIC dbutils.notebook.exit(_sqldf.first().next)
`;
  const { end, displays } = await executor.run({
    ...{ kind: 'notebook', file: executor.write('workspace/queries.sql', text) },
    parameters: { n: '41', unused: "it's" },
  });
  expect([end, displays]).toMatchObject([{ result: '42' }, [{ columns: ['mark', 'next'], rows: [[';', 42]] }]]);
});

test('a file of SQL fails at the first statement that does, and one that cannot fail shows its last result', async () => {
  const file = executor.write('workspace/file.sql', "select raise_error('boom'); select 1 as one;");
  const failed = await executor.run({ kind: 'sql', file, parameters: {} });
  expect([errorOf(failed), failed.displays]).toEqual([expect.stringContaining('boom'), []]);
  executor.write('workspace/file.sql', 'select 0; /* a ; b */ select concat(:word, "!;") as words; -- end');
  const { displays } = await executor.run({ kind: 'sql', file, parameters: { word: 'a;b' } });
  expect(displays).toEqual([{ columns: ['words'], rows: [['a;b!;']], truncated: false }]);
});
