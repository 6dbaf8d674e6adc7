import { encodePageToken } from '../../../../../infra/local/databricks/jobs/page-token.ts';
import {
  parseArrayPage,
  parseCancelAll,
  parseGetRun,
  parseJobsList,
  parseRunsList,
} from '../../../../../infra/local/databricks/jobs/parse-lists.ts';

test('a list of jobs begins with the first 20, and takes what the Airflow provider asks for', () => {
  expect(parseJobsList({})).toEqual({ limit: 20, offset: 0, name: undefined, expandTasks: false });
  const asked = { limit: '25', expand_tasks: 'False', include_user_names: 'False', name: 'J', page_token: '' };
  expect(parseJobsList(asked)).toEqual({ limit: 25, offset: 0, name: 'J', expandTasks: false });
});

test('a page is found by its token, or by the offset of older clients', () => {
  expect(parseJobsList({ page_token: encodePageToken('before', 40) })).toMatchObject({ before: 40 });
  expect(parseJobsList({ offset: '60' })).toMatchObject({ offset: 60 });
  expect(parseRunsList({ page_token: encodePageToken('before', 25) })).toMatchObject({ before: 25 });
  expect(parseGetRun({ run_id: 1, page_token: encodePageToken('offset', 100) })).toMatchObject({ offset: 100 });
  expect(parseArrayPage({ page_token: encodePageToken('offset', 200) })).toBe(200);
});

test('a list of runs keeps its filters, and a limit of 0 is the most there can be', () => {
  const filters = {
    ...{ limit: '0', job_id: '7', active_only: 'True', run_type: 'SUBMIT_RUN', expand_tasks: 'true' },
    ...{ start_time_from: '5', start_time_to: 9 },
  };
  expect(parseRunsList(filters)).toEqual({
    ...{ jobId: 7, activeOnly: true, completedOnly: false, runType: 'SUBMIT_RUN' },
    ...{ startTimeFrom: 5, startTimeTo: 9, limit: 25, offset: 0, expandTasks: true },
  });
  expect(parseRunsList({})).toMatchObject({ limit: 20, offset: 0, activeOnly: false, completedOnly: false });
});

test('a run is read without history and resolved values unless they are asked for', () => {
  expect(parseGetRun({ run_id: '5' })).toEqual({ runId: 5, includeHistory: false, includeResolved: false, offset: 0 });
  expect(parseGetRun({ run_id: 5, include_history: 'True', include_resolved_values: true })).toMatchObject({
    ...{ includeHistory: true, includeResolved: true },
  });
});

test.each([0, 101, 'many', 1.5])('a page of %p jobs is refused', (limit) => {
  expect(() => parseJobsList({ limit })).toThrow('limit: ');
});

test.each<[object, string]>([
  [{ limit: 26 }, 'limit: '],
  [{ limit: -1 }, 'limit: '],
  [{ active_only: true, completed_only: 'true' }, 'active_only and completed_only exclude each other'],
  [{ run_type: 'OTHER' }, 'run_type: '],
  [{ active_only: 'maybe' }, 'active_only: '],
  [{ page_token: 'x' }, 'page_token "x" was not given by this server'],
])('a list of runs with %j is refused', (query, message) => {
  expect(() => parseRunsList(query)).toThrow(message);
});

test('all runs of a job, or all queued ones, are cancelled, never all of everything by mistake', () => {
  expect(parseCancelAll({ job_id: '7' })).toEqual({ jobId: 7, allQueued: false });
  expect(parseCancelAll({ all_queued_runs: 'True' })).toEqual({ jobId: undefined, allQueued: true });
  expect(() => parseCancelAll({})).toThrow('give job_id or all_queued_runs');
  expect(() => parseCancelAll({ job_id: null })).toThrow('give job_id or all_queued_runs');
});
