/** Where a worker kills itself: the activity, and on which side of its work. */
export const KILL_MOMENTS = ['before', 'after'] as const;

export interface KillPoint {
  readonly activity: string;
  /** `before`: nothing is done yet. `after`: all is done, and nobody has been told. */
  readonly moment: (typeof KILL_MOMENTS)[number];
  /** Calls that pass first. */
  readonly skip: number;
}

/** The text form, as one variable of the environment can hold it: `landKind:after` or `landKind:after:2`. */
export function parseKillPoint(text: string): KillPoint {
  const [activity = '', moment, skip = '0'] = text.split(':');
  const known = KILL_MOMENTS.find((one) => one === moment);
  if (activity === '' || known === undefined || !/^\d+$/.test(skip))
    throw new Error(`expected a kill point such as "landKind:after:2", got "${text}"`);
  return { activity, moment: known, skip: Number(skip) };
}

type ActivityFunction = (...args: never[]) => Promise<unknown>;

/** Activities of which one ends its whole process at the point, by `kill`, which must not return. */
export function withKillPoint<T extends Record<string, ActivityFunction>>(
  activities: T,
  point: KillPoint,
  kill: () => Promise<never>,
): T {
  const run = activities[point.activity];
  if (run === undefined) throw new Error(`there is no activity "${point.activity}" to kill the worker at`);
  let calls = 0;
  const deadly = async (...args: never[]) => {
    const isNow = calls++ === point.skip;
    if (isNow && point.moment === 'before') await kill();
    const result = await run(...args);
    if (isNow && point.moment === 'after') await kill();
    return result;
  };
  return { ...activities, [point.activity]: deadly };
}
