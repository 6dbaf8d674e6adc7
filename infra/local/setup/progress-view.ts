import type { TaskReport } from './setup-work.ts';

/** A way to show reports. Nothing else may be printed before `end` has resolved. */
export interface ProgressView {
  readonly report: (report: TaskReport) => void;
  readonly end: () => Promise<void>;
}
