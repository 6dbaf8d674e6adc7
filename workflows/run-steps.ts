import type { RunPlan, RunProgress, Step, StepProgress } from '../domain/run.ts';
import { STEPS } from '../domain/run.ts';

/** The steps of one run and how far they are. Plain state: the caller gives the time and shows the result. */
export class RunSteps {
  readonly #plan: RunPlan;
  readonly #steps: Map<Step, StepProgress & { startedAt?: number }>;
  #lateSince: string | undefined;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#steps = new Map(STEPS.map((name) => [name, { name, state: 'pending' }]));
  }

  start(name: Step, now: number): void {
    this.#steps.set(name, { name, state: 'running', startedAt: now });
  }

  /** An empty detail is none. */
  end(name: Step, { state, now, detail }: { state: 'done' | 'failed'; now: number; detail: string }): void {
    const startedAt = this.#steps.get(name)?.startedAt ?? now;
    const seconds = (now - startedAt) / 1000;
    this.#steps.set(name, { name, state, startedAt, seconds, ...(detail !== '' && { detail }) });
  }

  markLate(since: string): void {
    this.#lateSince = since;
  }

  /** Seconds of every step that has ended. */
  durations(): { name: Step; seconds: number }[] {
    return [...this.#steps.values()].flatMap(({ name, seconds }) => (seconds === undefined ? [] : [{ name, seconds }]));
  }

  snapshot(): RunProgress {
    const steps = [...this.#steps.values()].map(({ startedAt: _, ...step }) => step);
    const { pipeline, date } = this.#plan;
    return { pipeline, date, ...(this.#lateSince !== undefined && { lateSince: this.#lateSince }), steps };
  }

  /** The same as a table for the Temporal UI. */
  toMarkdown(): string {
    const rows = this.snapshot().steps.map(({ name, state, seconds, detail }) => {
      const time = seconds === undefined ? '' : `${seconds.toFixed(1)} s`;
      return `| ${name} | ${state} | ${time} | ${detail ?? ''} |`;
    });
    return [
      `**${this.#plan.pipeline}**, ${this.#plan.date}${this.#lateSince === undefined ? '' : `, late since ${this.#lateSince}`}`,
      '',
      '| step | state | time | |',
      '|---|---|--:|---|',
      ...rows,
    ].join('\n');
  }
}
