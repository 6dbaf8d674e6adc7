import { DatabaseSync } from 'node:sqlite';
import { permissionRoutes } from '../../../../../infra/local/databricks/jobs/permission-routes.ts';

let connection: DatabaseSync;
beforeEach(() => {
  connection = new DatabaseSync(':memory:');
});
afterEach(() => connection.close());

/** A call about a job, by routes of their own, as after a restart of the server. */
function send(method: 'GET' | 'PUT' | 'PATCH', jobId: unknown, list?: unknown): unknown {
  const { routes } = permissionRoutes({ connection, hasJob: (known) => known === 7 || known === 8 });
  const parameters = { job_id: jobId, ...(list !== undefined && { access_control_list: list }) };
  try {
    return routes[`${method} permissions/jobs/:job_id`]?.({ parameters, version: '2.0' });
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return `${status} ${code}: ${message}`;
  }
}

const ann = { user_name: 'ann', permission_level: 'IS_OWNER' };
const team = { group_name: 'ann', permission_level: 'CAN_VIEW' };
const robot = { service_principal_name: 'ann', permission_level: 'CAN_MANAGE_RUN' };

function told(...list: { permission_level: string }[]) {
  const shown = list.map(({ permission_level, ...principal }) => ({
    ...principal,
    all_permissions: [{ permission_level, inherited: false }],
  }));
  return { object_id: '/jobs/7', object_type: 'job', access_control_list: shown };
}

test('a job begins without permissions, and has those of its own only', () => {
  expect(send('GET', '7')).toEqual(told());
  expect(send('PUT', '7', [ann])).toEqual(told(ann));
  expect(send('GET', '8')).toEqual({ ...told(), object_id: '/jobs/8' });
});

test('PUT replaces all permissions, PATCH those of the principals that it names', () => {
  expect(send('PUT', '7', [ann, team])).toEqual(told(ann, team));
  const viewer = { ...team, permission_level: 'CAN_MANAGE' };
  expect(send('PATCH', '7', [viewer, robot])).toEqual(told(ann, viewer, robot));
  expect(send('GET', '7')).toEqual(told(ann, viewer, robot));
  expect(send('PATCH', '7')).toEqual(told(ann, viewer, robot));
  expect(send('PUT', '7', [robot])).toEqual(told(robot));
  expect(send('GET', '7')).toEqual(told(robot));
  expect(send('PUT', '7', [])).toEqual(told());
});

test('a user, a group and a service principal of the same name are three principals', () => {
  expect(send('PATCH', 7, [ann, team, robot])).toEqual(told(ann, team, robot));
});

test('of two entries for one principal the later one counts', () => {
  const later = { ...ann, permission_level: 'CAN_VIEW' };
  expect(send('PUT', 7, [ann, later])).toEqual(told(later));
  expect(send('PATCH', 7, [team, ann, later])).toEqual(told(later, team));
});

test.each([
  ['an unknown job', 9, [ann], '400 INVALID_PARAMETER_VALUE: Job 9 does not exist.'],
  [
    'an unknown level',
    7,
    [{ user_name: 'x', permission_level: 'CAN_RUN' }],
    /access_control_list\.0\.permission_level/,
  ],
  ['nobody', 7, [{ permission_level: 'CAN_VIEW' }], /access_control_list\.0: must name one of user_name, group_name, /],
  ['two at once', 7, [{ ...ann, ...team }], /access_control_list\.0: must name one of user_name/],
  ['no list', 7, 'ann', /^400 INVALID_PARAMETER_VALUE: access_control_list: /],
])('permissions of or for %s are refused, and nothing is changed', (_what, jobId, list, expected) => {
  send('PUT', 7, [robot]);
  for (const method of ['PUT', 'PATCH'] as const) expect(send(method, jobId, list)).toEqual(stringOf(expected));
  expect(send('GET', 7)).toEqual(told(robot));
});

function stringOf(expected: string | RegExp) {
  return typeof expected === 'string' ? expected : expect.stringMatching(expected);
}
