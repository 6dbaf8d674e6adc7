import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PinflowError } from '../../../domain/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../../domain/search-attributes.ts';
import type { Engine, Report, StackFacts, StackPlan } from './engine.ts';
import { expectStatus } from './readiness.ts';

const run = promisify(execFile);

/** A user's profile or API key for another Temporal would be sent along otherwise. */
const OWN_SETTINGS_ONLY = ['--disable-config-file', '--disable-config-env'];

/**
 * The server has one shard, whose queue of new tasks it reads 20 times a second: after a burst each step of a workflow
 * waits 50 ms for its turn. Measured with three activities that do nothing, one run after the other: 271 ms, and so 79 ms.
 */
const QUEUE_READS = ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'];

/** The dev server of the Temporal CLI on a database file, with its HTTP API and its UI. */
export function temporalEngine(plan: StackPlan, report: Report): Engine {
  const { toolchain, stateDirectory, ports, environment } = plan;
  const database = join(stateDirectory, 'temporal.db');
  const operator = (args: readonly string[], signal: AbortSignal) =>
    run(toolchain.temporal, ['operator', ...args, '--address', `127.0.0.1:${ports.temporal}`, ...OWN_SETTINGS_ONLY], {
      signal,
    });
  return {
    name: 'temporal',
    command: toolchain.temporal,
    args: [
      ...['server', 'start-dev', '--log-level', 'error', '--ui-disable-news-fetch'],
      ...['--ip', '127.0.0.1', '--port', String(ports.temporal), '--http-port', String(ports.temporalHttp)],
      ...['--ui-ip', '127.0.0.1', '--ui-port', String(ports.temporalUi)],
      ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
      ...QUEUE_READS,
    ],
    env: environment,
    cwd: stateDirectory,
    address: `http://127.0.0.1:${ports.temporalUi}`,
    dependsOn: [],
    prepare: () => noteVersion(toolchain.temporal, database, report),
    ready: () => probeTemporal(plan),
    settle: async (signal) => {
      // The flag of start-dev reaches new database files only; creating an attribute again is no error.
      const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--name', name, '--type', type]);
      await Promise.all([
        operator(['search-attribute', 'create', ...attributes], signal).catch(tolerateExisting),
        // The dev server keeps finished runs for a day.
        operator(['namespace', 'update', '--namespace', 'default', '--retention', '30d'], signal),
      ]);
    },
  };
}

export async function probeTemporal({ ports }: Pick<StackFacts, 'ports'>): Promise<void> {
  const api = await expectStatus(`http://127.0.0.1:${ports.temporalHttp}/api/v1/namespaces/default`, [200]);
  await api.body?.cancel();
  const page = await expectStatus(`http://127.0.0.1:${ports.temporalUi}/`, [200]);
  await page.body?.cancel();
}

function tolerateExisting(error: unknown): void {
  if (!/already exist/i.test(String((error as { stderr?: string }).stderr))) throw error;
}

/** An older server cannot read a newer one's file; the line gives a failed start its likely cause. */
async function noteVersion(temporal: string, database: string, report: Report): Promise<void> {
  const noted = `${database}.version`;
  const version = await run(temporal, ['--version']).catch((error: Error) => {
    throw new PinflowError('ENGINE_NOT_READY', `temporal could not be started: ${error.message}`);
  });
  const [now, before] = [version.stdout.trim(), existsSync(noted) ? readFileSync(noted, 'utf8') : undefined];
  if (before !== undefined && before !== now && existsSync(database)) {
    report(
      `temporal: "${database}" was written by ${before}, now running ${now}; if it does not start, remove the file (its runs are lost)`,
    );
  }
  writeFileSync(noted, now);
}
