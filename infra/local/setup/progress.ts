import { LiveProgress } from './live-progress.ts';
import { PlainProgress } from './plain-progress.ts';
import type { ProgressView } from './progress-view.ts';
import type { TaskReport } from './setup-work.ts';
import { formatSeconds } from './task-text.ts';

/** Does set-up work and shows its reports: live on a terminal, plain lines anywhere else. */
export async function showProgress<T>(
  work: (report: ProgressView['report']) => Promise<T>,
  output: NodeJS.WriteStream = process.stdout,
): Promise<T> {
  const began = performance.now();
  const write = (line: string) => void output.write(`${line}\n`);
  const view: ProgressView = output.isTTY ? new LiveProgress() : new PlainProgress(write);
  let installed = false;
  const report = (report: TaskReport) => {
    installed ||= report.state === 'done';
    view.report(report);
  };
  const result = await work(report).finally(view.end);
  const took = formatSeconds((performance.now() - began) / 1_000);
  write(installed ? `tools installed in ${took}` : `tools in place, checked in ${took}`);
  return result;
}
