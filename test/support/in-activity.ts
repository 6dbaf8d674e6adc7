import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** Runs a function as an activity would run: with heartbeats and cancellation, without a server. */
export function runInActivity<T>(run: () => Promise<T>, info: Partial<Info> = {}): Promise<T> {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') }).run(run);
}
