import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  endProcesses,
  findByCommand,
  findSession,
} from '../../../../../infra/local/databricks/clusters/process-tree.ts';

/** A leader whose child is deaf to SIGTERM and leads a group of its own, as a worker of Spark does. */
const CHILD = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
const LEADER = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(CHILD)}, process.argv[1]], {
  detached: true, stdio: ['ignore', 1, 2] }); setInterval(() => {}, 1000)`;

async function startTree(mark: string): Promise<number> {
  const leader = spawn(process.execPath, ['-e', LEADER, mark], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(leader.stdout, 'data');
  if (leader.pid === undefined) throw new Error('the leader has no pid');
  return leader.pid;
}

test('the end of a session ends every process below its leader, also the deaf one in another group', async () => {
  const leader = await startTree('mark-of-session');
  const members = findSession(leader);
  expect(members).toHaveLength(2);
  await endProcesses(() => members.filter((pid) => findByCommand('mark-of-session').includes(pid)));
  expect(findSession(leader)).toEqual([]);
  expect(findByCommand('mark-of-session')).toEqual([]);
});

test('processes are found by what only their command line holds', async () => {
  const leader = await startTree('mark-of-command');
  expect(findByCommand('mark-of-command')).toContain(leader);
  await endProcesses(() => findByCommand('mark-of-command'));
  expect(findSession(leader)).toEqual([]);
});
