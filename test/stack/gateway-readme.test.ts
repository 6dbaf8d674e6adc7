import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { loadConfig } from '../../config/load.ts';
import { AnswerContract, type OpenApiDocument } from '../support/answer-contract.ts';
import { ROOT, runCommand } from '../support/processes.ts';

/** The lines of gateway/README.md do what stands below them, with the curl of this machine. */

const config = loadConfig();
const log = createKafkaLog({ ...config.kafka, partitions: 3, clientId: 'test-readme' });
const DOCUMENTED_TOPIC = 'pinterest.pin';
const TOPIC = 'gateway-readme.pin';

interface Step {
  readonly command: string;
  /** As the README shows it; empty where it shows none. */
  readonly answer: string;
}

function readSteps(): Step[] {
  const text = readFileSync(join(ROOT, 'gateway/README.md'), 'utf8').replaceAll(DOCUMENTED_TOPIC, TOPIC);
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .trim()
      .split('\n\n')
      .map((step) => {
        const lines = step.split('\n');
        return {
          command: lines.filter((line) => !line.startsWith('# ')).join('\n'),
          answer: lines
            .filter((line) => line.startsWith('# '))
            .map((line) => line.slice(2))
            .join('\n'),
        };
      }),
  );
}

const steps = readSteps();

beforeAll(async () => {
  const { error } = spawnSync('curl', ['--version']);
  if (error !== undefined)
    throw new Error('the lines of gateway/README.md need curl; install it, for example: apt-get install curl');
  await log.ensureTopics([TOPIC]);
  // The gateway looks for a topic that it does not know at most four times a second.
  await sleep(300);
});

afterAll(async () => {
  await log.deleteTopics([TOPIC]);
  await log.close();
});

test.each(steps)('$command', async ({ command, answer }) => {
  const { code, stdout, stderr } = await runCommand('bash', ['-euo', 'pipefail', '-c', command], {
    PINFLOW_GATEWAY_URL: config.gateway.url,
    PINFLOW_GATEWAY_METRICS_URL: `http://127.0.0.1:${config.gateway.metrics?.port}`,
    TOPIC,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(compare(answer, stdout.trim())).toBeUndefined();
});

test('the README has a line for every operation of the OpenAPI document', async () => {
  const document = (await (await fetch(`${config.gateway.url}/openapi.json`)).json()) as OpenApiDocument;
  const contract = new AnswerContract(document);
  const calls = steps.flatMap(({ command }) => command.replaceAll('\\\n', ' ').match(/curl [^\n]*/g) ?? []);
  for (const call of calls) {
    const path = /"\$PINFLOW_GATEWAY_URL(\/[^"]*)"/.exec(call)?.[1]?.replace('$TOPIC', TOPIC);
    const method = /-X ([A-Z]+)/.exec(call)?.[1] ?? (call.includes(" -d '{") ? 'POST' : 'GET');
    if (path !== undefined) contract.findProblem({ method, path, status: 200, type: undefined, text: '' });
  }
  expect(contract.listOperations().filter((operation) => !contract.seen.has(operation))).toEqual([]);
});

function compare(shown: string, found: string): string | undefined {
  if (/^[{[]/.test(shown)) return findDifference(JSON.parse(shown), JSON.parse(found), 'answer');
  // Of text, all but its numbers.
  const [one, other] = [shown, found].map((text) => text.replaceAll(/\d+/g, '0'));
  return one === other ? undefined : found;
}

/**
 * Where an answer is not as the README shows it: of the same shape, with the same texts but for "…". Numbers differ from run
 * to run, lists may have more of the same, and a member "…" stands for all that is not shown.
 */
function findDifference(shown: unknown, found: unknown, at: string): string | undefined {
  if (shown === '…' || (typeof shown === 'number' && typeof found === 'number')) return undefined;
  if (Array.isArray(shown) && Array.isArray(found)) {
    // Of names, those of others may stand between.
    if (shown.every((entry) => typeof entry === 'string')) {
      return firstOf(shown.map((entry) => (found.includes(entry) ? undefined : `${at} lacks ${entry}`)));
    }
    if (found.length < shown.length) return `${at} has ${found.length} entries`;
    return firstOf(found.map((entry, i) => findDifference(shown[Math.min(i, shown.length - 1)], entry, `${at}[${i}]`)));
  }
  if (isObject(shown) && isObject(found)) {
    const { '…': more, ...members } = shown;
    const unknown = Object.keys(found).filter((name) => !(name in members));
    if (more === undefined && unknown.length > 0) return `${at} has ${unknown.join(', ')}`;
    return firstOf(Object.entries(members).map(([name, value]) => findDifference(value, found[name], `${at}.${name}`)));
  }
  return shown === found ? undefined : `${at} is ${JSON.stringify(found)}, shown is ${JSON.stringify(shown)}`;
}

function firstOf(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
