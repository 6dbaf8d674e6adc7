import type { ProgressView } from './progress-view.ts';
import type { Task, TaskReport } from './setup-work.ts';
import { describeTask } from './task-text.ts';

/** A log that is silent for longer looks dead; some CI systems end it. */
const SIGN_OF_LIFE_MS = 15_000;

/** One line for every change, and one every 15 s for each task that runs. */
export class PlainProgress implements ProgressView {
  readonly #write: (line: string) => void;
  readonly #running = new Map<Task, { readonly report: TaskReport; readonly at: number }>();
  readonly #clock: NodeJS.Timeout;

  constructor(write: (line: string) => void) {
    this.#write = write;
    this.#clock = setInterval(() => this.#showLife(), SIGN_OF_LIFE_MS);
  }

  report = (report: TaskReport): void => {
    if (report.state === 'running') this.#running.set(report.task, { report, at: performance.now() });
    else this.#running.delete(report.task);
    if (report.state !== 'kept' && !(report.state === 'running' && report.note === ''))
      this.#write(describeTask(report));
  };

  end = (): Promise<void> => {
    clearInterval(this.#clock);
    return Promise.resolve();
  };

  #showLife(): void {
    for (const { report, at } of this.#running.values()) {
      this.#write(describeTask({ ...report, seconds: report.seconds + (performance.now() - at) / 1_000 }));
    }
  }
}
