import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * Calls `onLate` at the deadline, or now if it is over. The scope that it returns takes this back: a timer that is left
 * would wake a run that has ended its work.
 */
export function watchDeadline(deadline: string, onLate: () => void): CancellationScope {
  const scope = new CancellationScope();
  const left = Date.parse(deadline) - Date.now();
  const wait = async () => {
    if (left > 0) await sleep(left, { summary: 'deadline' });
    onLate();
  };
  scope.run(wait).catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  return scope;
}
