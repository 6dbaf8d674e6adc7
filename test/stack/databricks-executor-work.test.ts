import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findByCommand } from '../../infra/local/databricks/clusters/process-tree.ts';
import { type Done, RealExecutor, errorOf } from '../infra/local/databricks/real-executor.ts';
import { readToolchain } from '../support/read-toolchain.ts';

let executor: RealExecutor;
beforeAll(async () => {
  executor = await RealExecutor.start();
});
afterAll(() => executor.remove());

test('a script is the main module of its own, with dbutils for the asking, and cannot stop its cluster', async () => {
  executor.write('workspace/jobs/beside.py', 'NAME = "beside"\n');
  const file = executor.write(
    'workspace/jobs/script.py',
    `import multiprocessing, pickle, sys
from pyspark.sql import SparkSession
import beside

class Row: pass
def double(number): return 2 * number

if __name__ == "__main__":
    from pyspark.dbutils import DBUtils
    spark = SparkSession.builder.appName("any").getOrCreate()
    pickle.loads(pickle.dumps(Row()))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        doubled = pool.map(double, [21])
    DBUtils(spark).jobs.taskValues.set("rows", spark.range(3).count())
    print(sys.argv, beside.NAME, doubled)
    with spark:
        pass
    spark.sparkContext.stop()
    print(SparkSession.builder.getOrCreate().range(4).count())
    sys.exit(None if len(sys.argv) == 2 else "too many arguments")
`,
  );
  const good = await executor.run({ kind: 'python', file, arguments: ['one'] });
  expect(good.end).toEqual({ kind: 'exited', result: null, truncated: false, taskValues: { rows: 3 } });
  expect(good.log).toBe(`['${file}', 'one'] beside [42]\n4\n`);
  const bad = await executor.run({ kind: 'python', file, arguments: ['one', 'two'] });
  expect(bad.end).toMatchObject({ error: 'SystemExit: too many arguments', taskValues: { rows: 3 } });
});

test('libraries are there for one task, here and in Spark, by entry point or by function', async () => {
  const script = executor.write('build.py', BUILD_LIBRARIES);
  const built = spawnSync(readToolchain().python, [script], {
    ...{ cwd: executor.folder, encoding: 'utf8' },
  });
  expect(built.stderr).toBe('');
  const call = (packageName: string, entryPoint: string, ...libraries: string[]): Promise<Done> =>
    executor.run(
      { kind: 'wheel', packageName, entryPoint, arguments: ['a'], namedArguments: { to: 'Ann' } },
      { libraries: libraries.map((name) => join(executor.folder, name)) },
    );
  const wheel = 'greet-1.0-py3-none-any.whl';
  expect((await call('greet', 'hello', wheel)).log).toBe("hello ['greet', 'a', '--to=Ann'] in worker 3\n");
  expect((await call('greet', 'plain', wheel)).log).toBe('plain\n');
  expect((await call('hatched', 'run', wheel, 'hatched-1.0-py3.egg')).log).toBe('egg\n');
  expect(errorOf(await call('greet', 'absent', wheel))).toBe(
    'ImportError: package "greet" has no entry point and no function "absent"',
  );
  expect(errorOf(await call('greet', 'plain'))).toBe("ModuleNotFoundError: No module named 'greet'");
  executor.write('broken.whl', 'text');
  expect(errorOf(await call('greet', 'plain', 'broken.whl'))).toMatch(/^ImportError: library "broken.whl" cannot be/);
});

const BUILD_LIBRARIES = `
import zipfile
with zipfile.ZipFile("greet-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("greet.py", "def plain(): print('plain')")
    wheel.writestr("greeting/__init__.py", '''
import sys
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
NUMBER = 3
def tell(_): return NUMBER
def main():
    with open("where-it-starts-is-new", "x"):
        rows = SparkSession.builder.getOrCreate().range(1).select(udf(tell, "int", useArrow=False)("id"))
    print("hello", sys.argv, "in worker", rows.first()[0])
''')
    wheel.writestr("greet-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n")
    wheel.writestr("greet-1.0.dist-info/entry_points.txt", "[any.group]\\nhello = greeting:main\\n")
with zipfile.ZipFile("hatched-1.0-py3.egg", "w") as egg:
    egg.writestr("hatched.py", "def main(): print('egg')")
    egg.writestr("EGG-INFO/PKG-INFO", "Metadata-Version: 2.1\\nName: hatched\\nVersion: 1.0\\n")
    egg.writestr("EGG-INFO/entry_points.txt", "[console_scripts]\\nrun = hatched:main\\n")
`;

test('a module beside a notebook is read anew by every task and leaves no bytecode, also from Spark workers', async () => {
  const work = `from words import NUMBER
from pyspark.sql.functions import udf
def tell(_):
    import words
    return words.NUMBER
finish([NUMBER, spark.range(1).select(udf(tell, "int", useArrow=False)("id")).first()[0]])
`;
  executor.write('workspace/words.py', 'NUMBER = 1\n');
  expect(await executor.evaluate(work)).toEqual([1, 1]);
  rmSync(join(executor.folder, 'workspace/words.py'));
  executor.write('workspace/words/__init__.py', 'NUMBER = 2\n');
  expect(await executor.evaluate(work)).toEqual([2, 2]);
  const folders = ['workspace', 'workspace/words'].map((name) => join(executor.folder, name, '__pycache__'));
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
});

test('modules of the cluster are there for every task, behind its own, and so is the data source kinesis', async () => {
  executor.write('modules/given.py', 'PLACE = "of the cluster"\n');
  const work = `from given import PLACE
from pyspark.sql.functions import udf
def tell(_):
    import given
    return given.PLACE
finish([PLACE, spark.range(1).select(udf(tell, "string", useArrow=False)("id")).first()[0]])
`;
  expect(await executor.evaluate(work)).toEqual(['of the cluster', 'of the cluster']);
  executor.write('workspace/given.py', 'PLACE = "of the task"\n');
  expect(await executor.evaluate(work)).toEqual(['of the task', 'of the task']);
  rmSync(join(executor.folder, 'workspace/given.py'));
  expect(await executor.evaluate(work)).toEqual(['of the cluster', 'of the cluster']);
  const load = `stream = spark.readStream.format("kinesis").option("streamName", "pins")
keys = {"awsAccessKey": "key", "awsSecretKey": "secret"}
finish(stream.options(**keys).load().columns)
`;
  const columns = ['partitionKey', 'data', 'stream', 'shardId', 'sequenceNumber', 'approximateArrivalTimestamp'];
  expect(await executor.evaluate(load)).toEqual(columns);
});

test('dbutils.fs knows DBFS, volumes and the workspace, and changes no folder that is read-only', async () => {
  executor.write('mount/kept.py', 'x');
  const value = await executor.evaluate(`
fs = dbutils.fs
fs.put("/a/x.txt", "abc")
fs.put("dbfs:/a/50%20", "line\\r\\n")
fs.put("/Volumes/main/default/v/f", "volume")
fs.put("/Workspace/notes/n", "note")
listed = [file.path for path in ("/a", "dbfs:/", "/Volumes/main/default/v", "/Workspace/notes", "file:/dbfs/a")
          for file in fs.ls(path)]
moved = [fs.cp("/a", "/b", True), fs.mv("/b/x.txt", "/Volumes/main/default/v"), fs.rm("/b/x.txt"), fs.rm("/b", True)]
texts = [fs.head("/Volumes/main/default/v/x.txt"), fs.head("/dbfs/a/x.txt", 2)]
def refusal(change):
    try:
        return change()
    except (OSError, ValueError) as error:
        return type(error).__name__
pinflow = "/Workspace/Shared/pinflow"
finish([listed, moved, texts, *(refusal(change) for change in (
    lambda: fs.rm(pinflow, True), lambda: fs.put(f"{pinflow}/kept.py", "", True), lambda: fs.mkdirs(f"{pinflow}/sub"),
    lambda: fs.mv(f"{pinflow}/kept.py", "/"), lambda: fs.cp("/a/x.txt", pinflow), lambda: fs.rm("dbfs:/", True),
    lambda: fs.ls("/../state"), lambda: fs.ls("s3://bucket/a"), lambda: fs.cp("/a", "/c"),
    lambda: fs.put("/a/x.txt", ""), lambda: fs.rm("/a"), lambda: fs.ls("/absent"),
))])
`);
  expect(value).toEqual([
    [
      ...['dbfs:/a/50%20', 'dbfs:/a/x.txt', 'dbfs:/a/', 'dbfs:/Volumes/main/default/v/f'],
      ...['dbfs:/Workspace/notes/n', 'file:/dbfs/a/50%20', 'file:/dbfs/a/x.txt'],
    ],
    [true, true, false, true],
    ['abc', 'ab'],
    ...Array.from({ length: 6 }, () => 'PermissionError'),
    ...['ValueError', 'ValueError', 'ValueError', 'FileExistsError', 'OSError', 'FileNotFoundError'],
  ]);
  expect(readdirSync(join(executor.folder, 'mount'))).toEqual(['kept.py']);
});

test('a task value that JSON does not have, or with a bad name, is refused, and the others arrive', async () => {
  const { end } = await executor.runNotebook(
    `
values = dbutils.jobs.taskValues
values.set("kept", values.get(taskKey="earlier", key="n", debugValue=0) + 1)
values.set(key="x" * 100, value="x" * (48 * 1024 - 2))
for key, value in (("nan", float("nan")), ("a b", 1), ("ü", 1), ("", 1), ("x" * 101, 1), ("big", "x" * 48 * 1024)):
    try:
        values.set(key, value)
    except ValueError:
        continue
    raise AssertionError(key)
assert values.get("absent", "n", default=5) == 5
values.get("earlier", "absent")
`,
    { taskValues: { earlier: { n: 41 } } },
  );
  expect(end).toMatchObject({
    error: 'ValueError: task "earlier" has set no value "absent", and no default is given',
    taskValues: { kept: 42 },
  });
  expect(Object.keys(end.kind === 'raised' ? end.taskValues : {})).toEqual(['kept', 'x'.repeat(100)]);
});

test('an error is told even when it is huge or cannot tell itself', async () => {
  const { end } = await executor.runNotebook('raise ValueError("x" * 20_000_000)');
  const { error, errorTrace } = end as { error: string; errorTrace: string };
  expect([error.length, errorTrace.length]).toEqual([10_000, 5 * 1024 * 1024]);
  const mute = await executor.runNotebook('class Mute(Exception):\n    def __str__(self): return 1 / 0\nraise Mute');
  expect(errorOf(mute)).toBe('Mute: <exception str() failed>');
});

test('an executor whose JVM dies ends under its work, and the next one works', async () => {
  const { end, log } = await executor.runNotebook(`
import os, signal, time
print("started", flush=True)
os.kill(spark.sparkContext._gateway.proc.pid, signal.SIGKILL)
time.sleep(600)
`);
  expect(end).toEqual({ kind: 'lost', message: 'The process of the cluster ended under its work.' });
  expect(log).toMatch(/^started\n/);
  await executor.replaceLost();
  expect(findByCommand(join(executor.folder, 'state/executors'))).toHaveLength(2);
  expect(await executor.evaluate('finish(spark.range(5).count())')).toBe(5);
});
