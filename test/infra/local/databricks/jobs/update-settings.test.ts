import { parseJobSettings } from '../../../../../infra/local/databricks/jobs/parse-settings.ts';
import { resetSettings, updateSettings } from '../../../../../infra/local/databricks/jobs/update-settings.ts';
import { behind, notebook } from '../server-fixture.ts';

const settings = parseJobSettings(
  {
    ...{ name: 'daily', tags: { team: 'x' }, email_notifications: { on_failure: ['a'] }, run_as: { user_name: 'ann' } },
    tasks: [notebook('a'), behind('b', 'a')],
    job_clusters: [
      { job_cluster_key: 'small', new_cluster: { num_workers: 1 } },
      { job_cluster_key: 'large', new_cluster: { num_workers: 9 } },
    ],
  },
  { hasCluster: () => true, hasJob: () => true, version: '2.2' },
);
const { tags, tasks, job_clusters: clusters, ...rest } = settings;
const [a, b] = tasks;

test('an update that says nothing changes nothing', () => {
  expect(updateSettings(settings, {})).toEqual(settings);
  expect(updateSettings(settings, { new_settings: { tags: null, tasks: [] } })).toEqual(settings);
});

test('an update replaces fields as a whole, and of lists the elements with the same key', () => {
  const new_settings = {
    ...{ tags: { other: 'y' }, tasks: [notebook('b'), notebook('c')] },
    job_clusters: [{ job_cluster_key: 'small', new_cluster: { num_workers: 2 } }],
    environments: [{ environment_key: 'e' }],
  };
  expect(updateSettings(settings, { new_settings })).toEqual({
    ...{ ...rest, tags: { other: 'y' }, tasks: [a, notebook('b'), notebook('c')] },
    job_clusters: [...new_settings.job_clusters, clusters?.[1]],
    environments: [{ environment_key: 'e' }],
  });
});

test('an update removes whole fields and elements of lists, before it adds others', () => {
  const fields_to_remove = ['tags', 'tasks/a', 'job_clusters/small', 'schedule', 'tasks/unknown', 'environments/e'];
  expect(updateSettings(settings, { fields_to_remove })).toEqual({
    ...rest,
    tasks: [b],
    job_clusters: [clusters?.[1]],
  });
  const added = { fields_to_remove: ['tags', 'tasks/a'], new_settings: { tags: { new: '1' }, tasks: [notebook('a')] } };
  expect(updateSettings(settings, added)).toMatchObject({ tags: { new: '1' }, tasks: [b, notebook('a')] });
  const moved = { fields_to_remove: ['tasks/a', 'tasks/b'], new_settings: { tasks: [notebook('c')] } };
  expect(updateSettings(settings, moved)).toMatchObject({ tasks: [notebook('c')] });
});

test.each(['email_notifications/on_failure', 'tasks/a/libraries', 'tags/team'])(
  'an update that removes %s, which is within a field, is refused instead of removing too much',
  (path) => {
    expect(() => updateSettings(settings, { fields_to_remove: [path] })).toThrow(
      `fields_to_remove: "${path}" is neither`,
    );
  },
);

test('a reset keeps nothing but whom the job runs as, unless it says so itself', () => {
  const new_settings = { name: 'other', tasks: [notebook('c')] };
  expect(resetSettings(settings, { new_settings })).toEqual({ ...new_settings, run_as: { user_name: 'ann' } });
  const run_as = { user_name: 'bob' };
  expect(resetSettings(settings, { new_settings: { ...new_settings, run_as } })).toEqual({ ...new_settings, run_as });
  expect(() => resetSettings(settings, { job_id: 1 })).toThrow('new_settings: ');
});
