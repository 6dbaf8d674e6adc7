import { z } from 'zod';
import { check, flag, parseJobId, parseRunId, parseToken } from '../../../../../infra/local/databricks/jobs/check.ts';

const schema = z.looseObject({ name: z.string(), tasks: z.array(z.looseObject({ key: z.string() })).optional() });

test('a refusal lists every problem and where it is', () => {
  expect(() => check(schema, { name: 5, tasks: [{ key: 'a' }, {}] })).toThrow(
    expect.objectContaining({
      ...{ status: 400, code: 'INVALID_PARAMETER_VALUE' },
      message:
        'name: Invalid input: expected string, received number; ' +
        'tasks.1.key: Invalid input: expected string, received undefined',
    }),
  );
});

test('a request that is no object is refused as a whole', () => {
  expect(() => check(schema, ['x'])).toThrow('request: Invalid input: expected object, received array');
  expect(() => check(schema, undefined)).toThrow('name: Invalid input');
});

test('a field that is null counts as absent at any depth, and what is kept stays as it was', () => {
  const input = { name: 'x', tasks: [{ key: 'a', more: { left: null, right: [0, false, ''] } }], other: null };
  expect(check(schema, input)).toEqual({ name: 'x', tasks: [{ key: 'a', more: { right: [0, false, ''] } }] });
  expect(() => check(schema, { name: null })).toThrow('name: Invalid input: expected string, received undefined');
});

test.each([true, 'true', 'True'])('%p is a yes', (value) => expect(check(flag, value)).toBe(true));
test.each([false, 'false', 'False'])('%p is a no', (value) => expect(check(flag, value)).toBe(false));

test.each(['7', 7])('the id %p is read', (id) => {
  expect([parseRunId({ run_id: id }), parseJobId({ job_id: id })]).toEqual([7, 7]);
});

test.each(['', 'x', 0, -1, 1.5, '9007199254740993', undefined])('the id %p is refused', (id) => {
  expect(() => parseRunId({ run_id: id })).toThrow('run_id: ');
  expect(() => parseJobId({ job_id: id })).toThrow('job_id: ');
});

test('a token has at most 64 characters, and an empty one is none', () => {
  expect(parseToken({ idempotency_token: 'x'.repeat(64) })).toBe('x'.repeat(64));
  expect([parseToken({ idempotency_token: '' }), parseToken({}), parseToken(undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(() => parseToken({ idempotency_token: 'x'.repeat(65) })).toThrow(
    'idempotency_token: must have at most 64 characters',
  );
});
