import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeTemporal, temporalEngine } from '../../../../infra/local/stack/temporal.ts';
import { makeStackPlan, withHttpServer } from './stack-plan.ts';

const signal = new AbortController().signal;
const callsOf = ({ stateDirectory }: { stateDirectory: string }) =>
  readFileSync(join(stateDirectory, '..', 'calls'), 'utf8')
    .trim()
    .split('\n');

test('the server keeps its runs in the state folder and knows what runs are found by', () => {
  const plan = makeStackPlan();
  const { args, address } = temporalEngine(plan, () => {});

  expect(args.join(' ')).toBe(
    'server start-dev --log-level error --ui-disable-news-fetch ' +
      '--ip 127.0.0.1 --port 1 --http-port 2 --ui-ip 127.0.0.1 --ui-port 3 ' +
      `--db-filename ${plan.stateDirectory}/temporal.db --sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=NORMAL ` +
      '--search-attribute PinflowPipeline=Keyword --search-attribute PinflowDate=Keyword --search-attribute PinflowStatus=Keyword ' +
      '--search-attribute PinflowLate=Bool --dynamic-config-value history.transferProcessorMaxPollRPS=1000',
  );
  expect(address).toBe('http://127.0.0.1:3');
});

test('a server that is up gets its retention, and an older file its search attributes', async () => {
  const plan = makeStackPlan();

  await temporalEngine(plan, () => {}).settle?.(signal);

  expect(callsOf(plan).toSorted()).toEqual([
    'operator namespace update --namespace default --retention 30d --address 127.0.0.1:1 --disable-config-file --disable-config-env',
    'operator search-attribute create --name PinflowPipeline --type Keyword --name PinflowDate --type Keyword --name PinflowStatus --type Keyword --name PinflowLate --type Bool --address 127.0.0.1:1 --disable-config-file --disable-config-env',
  ]);
});

test('search attributes that exist are no failure, any other trouble is one', async () => {
  const existing = makeStackPlan('case "$2" in search-attribute) echo "PinflowDate already exists" >&2; exit 1;; esac');
  await expect(temporalEngine(existing, () => {}).settle?.(signal)).resolves.toBeUndefined();

  const broken = makeStackPlan('case "$2" in search-attribute) echo "no such namespace" >&2; exit 1;; esac');
  await expect(temporalEngine(broken, () => {}).settle?.(signal)).rejects.toThrow('no such namespace');
});

test('a file that another version wrote is pointed out, once', async () => {
  const plan = makeStackPlan('echo temporal version 2');
  const database = join(plan.stateDirectory, 'temporal.db');
  writeFileSync(database, '');
  writeFileSync(`${database}.version`, 'temporal version 1');
  const said: string[] = [];
  const engine = temporalEngine(plan, (line) => said.push(line));

  await engine.prepare?.(signal);
  await engine.prepare?.(signal);

  expect(said).toEqual([
    `temporal: "${database}" was written by temporal version 1, now running temporal version 2; if it does not start, remove the file (its runs are lost)`,
  ]);
});

test('a program that does not start is told', async () => {
  const plan = makeStackPlan();
  const toolchain = { ...plan.toolchain, temporal: '/no/such/temporal' };

  await expect(temporalEngine({ ...plan, toolchain }, () => {}).prepare?.(signal)).rejects.toMatchObject({
    code: 'ENGINE_NOT_READY',
    message: 'temporal could not be started: spawn /no/such/temporal ENOENT',
  });
});

test('the server is ready when both its API and its UI answer', async () => {
  const status = { '/api/v1/namespaces/default': 200, '/': 404 };
  await withHttpServer(
    ({ url }) => ({ status: status[url as keyof typeof status] }),
    async (port) => {
      const facts = { ports: { ...makeStackPlan().ports, temporalHttp: port, temporalUi: port } };
      await expect(probeTemporal(facts)).rejects.toThrow(`GET http://127.0.0.1:${port}/ was answered with 404`);
      status['/'] = 200;
      await expect(probeTemporal(facts)).resolves.toBeUndefined();
    },
  );
});
