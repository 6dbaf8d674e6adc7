import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Work, WorkCall, WorkEnd } from '../../infra/local/databricks/clusters/compute.ts';
import { Executor } from '../../infra/local/databricks/clusters/executor.ts';
import { findByCommand } from '../../infra/local/databricks/clusters/process-tree.ts';
import { SparePool } from '../../infra/local/databricks/clusters/spare-pool.ts';
import { TaskCluster } from '../../infra/local/databricks/clusters/task-cluster.ts';
import { readSparkTools } from '../support/read-toolchain.ts';

/** Clusters of single tasks on real Spark, without the server around them. */

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-pool-')));
const inFolder = (...names: string[]): string => join(folder, ...names);
const launched: Executor[] = [];
/** Tells when its code runs. */
const QUICK: Work = { kind: 'notebook', file: inFolder('quick.py'), parameters: {} };

const pool = new SparePool({
  size: 1,
  launch: ({ warmUp }) => {
    const executor = new Executor({
      ...readSparkTools(),
      executorPackage: join(process.cwd(), 'infra/local/databricks/executor'),
      modules: [],
      state: inFolder('state'),
      storage: { workspace: inFolder('w'), mounts: [], dbfs: inFolder('d'), volumes: inFolder('v') },
      ...{ shortLived: true, warmUp },
    });
    launched.push(executor);
    return executor;
  },
});

beforeAll(async () => {
  for (const name of ['w', 'd', 'v']) mkdirSync(inFolder(name));
  const quick = '# Databricks notebook source\nimport time\ndbutils.notebook.exit(str(time.time()))\n';
  writeFileSync(inFolder('quick.py'), quick);
  await awaitSpare();
});
afterAll(async () => {
  await pool.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function awaitSpare(): Promise<void> {
  pool.fill();
  await launched.at(-1)?.warm;
}

interface Running {
  /** When it was asked for, and when its cluster said that it starts. */
  readonly asked: number;
  readonly started: Promise<number>;
  readonly end: Promise<WorkEnd>;
}

/** Work on a cluster of its own, which ends with it. */
function run(work: Work, signal = new AbortController().signal): Running {
  const cluster = new TaskCluster(pool);
  const started = Promise.withResolvers<number>();
  const output = inFolder('outputs', work.kind, String(performance.now()));
  mkdirSync(output, { recursive: true });
  const call: WorkCall = { cluster: { kind: 'own' }, work, output, libraries: [], taskValues: {}, secrets: {} };
  const asked = Date.now();
  const end = cluster.run(call, { signal, onStart: () => started.resolve(Date.now()) }).finally(() => cluster.stop());
  return { asked, started: started.promise, end };
}

/** Every process of the executors: interpreters and JVMs by their scratch folder. */
const findExecutors = (): number[] => findByCommand(inFolder('state', 'executors'));

/** Goes on when the other one is there, too: the two are in the middle of their work at the same time. */
const MEET = `
import json, os, sys, time
began = time.time()
mine, other = PLACES
open(f"{mine}/began", "w").close()
while not os.path.exists(f"{other}/began"):
    assert time.time() < began + 120, "the other one did not come"
    time.sleep(0.05)
from marked import MARK
spark.range(ROWS).createOrReplaceTempView("shared_name")
os.environ["LEFT_BY"] = os.environ.get("LEFT_BY", "") + mine
open("file-here", "a").write(mine)
time.sleep(1)
seen = {
    "parameters": PARAMETERS, "mark": MARK, "rows": spark.table("shared_name").count(), "argv": sys.argv[1:],
    "left": os.environ["LEFT_BY"], "file": open("file-here").read(), "began": began, "ended": time.time(),
}
json.dump(seen, open(f"{mine}/seen.json", "w"))
`;

function writePlace(name: string): string {
  const place = inFolder(name);
  mkdirSync(place);
  writeFileSync(join(place, 'marked.py'), `MARK = ${JSON.stringify(name)}\n`);
  return place;
}

test('two tasks at the same time never see parameters, arguments, modules, tables, variables or files of each other', async () => {
  const [one, two] = [writePlace('one'), writePlace('two')];
  const fill = (values: Record<string, string>): string =>
    Object.entries(values).reduce((code, [name, value]) => code.replace(name, value), MEET);
  const widgets = 'dbutils.widgets.getAll()';
  const notebook = fill({ PLACES: `(${widgets}["mine"], ${widgets}["other"])`, ROWS: '3', PARAMETERS: widgets });
  const script = fill({ PLACES: 'sys.argv[1:3]', ROWS: '5', PARAMETERS: 'sys.argv[1:]' });
  writeFileSync(join(one, 'main.py'), `# Databricks notebook source\n${notebook}`);
  writeFileSync(join(two, 'main.py'), script);

  const parameters = { mine: one, other: two, secret: 'of one' };
  const arguments_ = [two, one, 'of two'];
  const first = run({ kind: 'notebook', file: join(one, 'main.py'), parameters });
  const second = run({ kind: 'python', file: join(two, 'main.py'), arguments: arguments_ });
  expect(await Promise.all([first.end, second.end])).toMatchObject([{ kind: 'exited' }, { kind: 'exited' }]);

  const [a, b] = [one, two].map((place) => JSON.parse(readFileSync(join(place, 'seen.json'), 'utf8')));
  expect(a).toMatchObject({ parameters, mark: 'one', rows: 3, argv: [], left: one, file: one });
  expect(b).toMatchObject({ parameters: arguments_, mark: 'two', rows: 5, argv: arguments_, left: two, file: two });
  expect(Math.max(a.began, b.began)).toBeLessThan(Math.min(a.ended, b.ended));
});

test('work that is aborted in a Spark job leaves no process and no scratch folder', async () => {
  const mark = inFolder('worker');
  const file = inFolder('sleeps.py');
  writeFileSync(
    file,
    `# Databricks notebook source
import os, time
from pyspark.sql.functions import udf

def sleep(number):
    open("${mark}.part", "w").write(str(os.getpid()))
    os.rename("${mark}.part", "${mark}")
    time.sleep(600)

spark.range(1).select(udf(sleep, "long", useArrow=False)("id")).collect()
`,
  );
  const controller = new AbortController();
  const [spare] = launched.slice(-1);
  const aborted = run({ kind: 'notebook', file, parameters: {} }, controller.signal);
  const pids = findExecutors();
  const scratches = readdirSync(inFolder('state', 'executors'));
  while (!existsSync(mark)) await new Promise((wake) => setTimeout(wake, 50));
  const working = [...new Set([...pids, ...findExecutors(), Number(readFileSync(mark, 'utf8'))])];
  expect(working.length).toBeGreaterThanOrEqual(3);

  controller.abort();
  expect(await aborted.end).toEqual({ kind: 'stopped' });
  const alive = new Set(findByCommand(''));
  expect(working.filter((pid) => alive.has(pid))).toEqual([]);
  expect(readdirSync(inFolder('state', 'executors')).filter((name) => scratches.includes(name))).toEqual([]);
  expect(launched.at(-1)).not.toBe(spare);
});

test('the next work starts at once on a warm spare, which ends with it and is replaced', async () => {
  await awaitSpare();
  const [before, count] = [findExecutors(), launched.length];
  const quick = run(QUICK);
  const started = (await quick.started) - quick.asked;
  const end = await quick.end;
  const codeRuns = Number(end.kind === 'exited' && end.result) * 1000 - quick.asked;
  expect(started).toBeLessThan(1000);
  expect(codeRuns).toBeLessThan(10_000);
  expect(findExecutors().filter((pid) => before.includes(pid))).toEqual([]);
  expect(launched).toHaveLength(count + 1);
});
