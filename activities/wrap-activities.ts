export type ActivityFunction = (...args: never[]) => Promise<unknown>;

/** The same activities under the same names, each called through `call`. */
export function wrapActivities<T extends Record<string, ActivityFunction>>(
  activities: T,
  call: (run: () => Promise<unknown>) => Promise<unknown>,
): T {
  const wrapped = Object.entries(activities).map(([name, run]) => [
    name,
    async (...args: never[]) => call(() => run(...args)),
  ]);
  return Object.fromEntries(wrapped) as T;
}
