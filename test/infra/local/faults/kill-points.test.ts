import { parseKillPoint, withKillPoint } from '../../../../infra/local/faults/kill-points.ts';

/** Stands for the end of the process: what comes after it never happens. */
class Killed extends Error {}
const kill = () => Promise.reject(new Killed());

function makeActivities() {
  const done: string[] = [];
  const doing = (name: string) => async (what: string) => {
    done.push(`${name} ${what}`);
    return what;
  };
  return { done, activities: { land: doing('land'), plan: doing('plan') } };
}

test('a kill before the work leaves nothing done, one after it leaves all done and unheard', async () => {
  const before = makeActivities();
  await expect(withKillPoint(before.activities, parseKillPoint('land:before'), kill).land('a')).rejects.toThrow(Killed);
  expect(before.done).toEqual([]);

  const after = makeActivities();
  await expect(withKillPoint(after.activities, parseKillPoint('land:after'), kill).land('a')).rejects.toThrow(Killed);
  expect(after.done).toEqual(['land a']);
});

test('calls that are to be skipped, and other activities, pass', async () => {
  const { activities, done } = makeActivities();
  const deadly = withKillPoint(activities, parseKillPoint('land:before:1'), kill);

  expect(await deadly.land('a')).toBe('a');
  expect(await deadly.plan('b')).toBe('b');
  await expect(deadly.land('c')).rejects.toThrow(Killed);
  expect(done).toEqual(['land a', 'plan b']);
});

test('a point that cannot be is refused', () => {
  for (const text of ['', 'land', 'land:during', 'land:before:x', ':after'])
    expect(() => parseKillPoint(text)).toThrow(`got "${text}"`);
  const { activities } = makeActivities();
  expect(() => withKillPoint(activities, parseKillPoint('lamd:after'), kill)).toThrow('no activity "lamd"');
});
