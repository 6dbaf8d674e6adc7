import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A thread that asks a gateway for its health 50 times a second until it is told to stop, then says how many milliseconds
 * each answer took. A test that measured this beside its other work would measure itself.
 */
const { url } = workerData as { readonly url: string };
const times: number[] = [];
let stopped = false;
parentPort?.once('message', () => (stopped = true));
while (!stopped) {
  const begun = performance.now();
  const { status } = await fetch(`${url}/healthz`);
  if (status !== 200) throw new Error(`GET /healthz was answered ${status}`);
  times.push(performance.now() - begun);
  await sleep(20);
}
parentPort?.postMessage(times);
