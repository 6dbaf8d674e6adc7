import type { Mwaa } from '../../../activities/mwaa/port.ts';
import type { PolicyStatement } from '../../../infra/local/mwaa/identities.ts';
import { readText } from '../../source-tree.ts';
import { MwaaDouble } from '../../support/mwaa-double.ts';

const json = /```json\n([^]*?)```/.exec(readText('activities/mwaa/README.md'))?.[1] ?? '';
const { Statement: statements } = JSON.parse(json) as { Statement: PolicyStatement[] };

/** Everything that the adapter asks of MWAA, by the action that it takes. */
const CALLS: Readonly<Record<string, (mwaa: Mwaa) => Promise<unknown>>> = {
  'airflow:GetEnvironment': (mwaa) => mwaa.readEnvironment(),
  'airflow:CreateWebLoginToken': (mwaa) => mwaa.readImportError('a.py'),
  'airflow:UpdateEnvironment': (mwaa) => mwaa.requestUpdate({ key: 'requirements.txt', version: 'v1' }),
};
const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('airflow:'));

let double: MwaaDouble;
beforeEach(async () => {
  double = await MwaaDouble.start(3);
});
afterEach(() => double.stop());

test('the policy has the actions of the calls and no other', () => {
  expect(actions.toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

test('every call is made under the policy, in the Airflow role User', async () => {
  const mwaa = double.openAs('worker', statements);
  for (const call of Object.values(CALLS)) await call(mwaa);
  double.endUpdate();
  expect([...double.airflow.sessions.values()]).toEqual(['user']);
});

test.each(actions)('without %s its call is refused', async (action) => {
  const fewer = statements.map((one) => ({ ...one, Action: one.Action.filter((allowed) => allowed !== action) }));
  await expect(CALLS[action]?.(double.openAs('worker', fewer))).rejects.toMatchObject({ code: 'MWAA_DENIED' });
});
