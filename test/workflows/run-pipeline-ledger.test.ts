import type { Activities } from '../../activities/index.ts';
import { mapKinds } from '../../domain/kinds.ts';
import { ledgerQuery } from '../../workflows/messages.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, startPipeline, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();
const date = '2026-11-22';

test('a run whose ledger does not balance fails with the numbers', async () => {
  const counts = mapKinds(() => ({ clean: 7, quarantined: 1, duplicate: 2 }));
  const cleaning = {
    own: { ...counts, geo: { clean: 7, quarantined: 1, duplicate: 1 } },
    carriedOver: mapKinds(() => ({ clean: 0, quarantined: 0, duplicate: 0 })),
  };
  const { activities } = makeMockActivities({ collectOutput: async () => cleaning });
  const failure = await environment().withWorker(activities, async () =>
    failureOf((await startPipeline(environment(), { date })).result()),
  );
  expect(failure.type).toBe('LEDGER_UNBALANCED');
  expect(failure.message).toContain('geo: landed 10 but clean 7 + quarantined 1 + duplicate 1 = 9');
});

test('a run of which other bytes landed than were sent fails with numbers and examples before its job runs', async () => {
  const examples = ['corrupt: record 3 at partition 0 offset 5'];
  const auditKind: Activities['auditKind'] = async ({ kind }) => ({
    counts: { landed: 10, lost: 0, phantom: 0, repeated: 0, corrupt: kind === 'geo' ? 1 : 0 },
    examples: kind === 'geo' ? examples : [],
  });
  const { activities, calls } = makeMockActivities({ auditKind });
  await environment().withWorker(activities, async () => {
    const handle = await startPipeline(environment(), { date });
    expect(await failureOf(handle.result())).toMatchObject({
      type: 'LEDGER_UNBALANCED',
      message: expect.stringContaining('geo: 1 corrupt; geo corrupt: record 3 at partition 0 offset 5'),
    });
    expect((await handle.query(ledgerQuery)).counts.geo).toEqual({
      ...{ intended: 10, acknowledged: 10 },
      ...{ landed: 10, lost: 0, phantom: 0, repeated: 0, corrupt: 1 },
    });
  });
  expect(calls).not.toContain('submitJob');
});
