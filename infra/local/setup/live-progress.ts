import { Listr } from 'listr2';
import type { ProgressView } from './progress-view.ts';
import type { Task, TaskReport } from './setup-work.ts';
import { describeTask } from './task-text.ts';

interface Line {
  /** The newest report and when it came, so that its seconds can be counted on. */
  latest: TaskReport;
  at: number;
  setTitle: (title: string) => void;
  readonly ended: PromiseWithResolvers<void>;
}

const BEFORE = ['waiting', 'kept'];
const FINAL = ['done', 'kept', 'failed'];

/** A list of tasks that changes in place. It appears when there is something to install, and never otherwise. */
export class LiveProgress implements ProgressView {
  readonly #lines = new Map<Task, Line>();
  #shown: Promise<unknown> | undefined;
  #clock: NodeJS.Timeout | undefined;

  report = (report: TaskReport): void => {
    const line = this.#lines.get(report.task) ?? addLine(this.#lines, report);
    Object.assign(line, { latest: report, at: performance.now() });
    // All tasks have said that they wait, or are kept, before the first one runs.
    if (!BEFORE.includes(report.state)) this.#shown ??= this.#show();
    line.setTitle(describeTask(report));
    if (report.state === 'failed') line.ended.reject(new Error(describeTask(report)));
    else if (FINAL.includes(report.state)) line.ended.resolve();
  };

  /** Tasks that have not come to an end, because another failed, are marked as such. */
  end = async (): Promise<void> => {
    clearInterval(this.#clock);
    for (const { latest, ended } of this.#lines.values()) ended.reject(new Error(describeTask(latest)));
    await this.#shown;
  };

  #show(): Promise<unknown> {
    this.#clock = setInterval(() => this.#countOn(), 1_000);
    const tasks = [...this.#lines.values()].map((line) => ({
      title: describeTask(line.latest),
      task: (_: unknown, shown: { title: string }) => {
        line.setTitle = (title) => (shown.title = title);
        // Reports may have come before the list got to this task.
        line.setTitle(describeTask(line.latest));
        return line.ended.promise;
      },
    }));
    const list = new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      // Its own handler would end the process with 127 before the installers are stopped.
      registerSignalListeners: false,
      rendererOptions: { formatOutput: 'truncate' },
    });
    return list.run();
  }

  #countOn(): void {
    for (const { latest, at, setTitle } of this.#lines.values()) {
      const seconds = latest.seconds + (performance.now() - at) / 1_000;
      if (latest.state === 'running') setTitle(describeTask({ ...latest, seconds }));
    }
  }
}

function addLine(lines: Map<Task, Line>, report: TaskReport): Line {
  const line = { latest: report, at: 0, setTitle: () => {}, ended: Promise.withResolvers<void>() };
  // Listr looks at the rejection when it runs the task; without a list nobody else does.
  line.ended.promise.catch(() => {});
  lines.set(report.task, line);
  return line;
}
