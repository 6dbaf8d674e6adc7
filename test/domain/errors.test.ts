import { ERRORS, type ErrorCode, PinflowError } from '../../domain/errors.ts';

const rows = Object.entries(ERRORS);

test('an error carries its code, its cause and what its row says', () => {
  const cause = new Error('socket closed');
  const error = new PinflowError('KAFKA_UNAVAILABLE', 'broker "127.0.0.1:9092" did not answer', { cause });
  expect(error).toBeInstanceOf(Error);
  expect({ ...error, message: error.message, cause: error.cause }).toEqual({
    name: 'PinflowError',
    code: 'KAFKA_UNAVAILABLE',
    message: 'broker "127.0.0.1:9092" did not answer',
    cause,
  });
  expect(error.retryable).toBe(true);
  expect(error.remedy).toBe(ERRORS.KAFKA_UNAVAILABLE.remedy);
  expect(error.report).toBe(`KAFKA_UNAVAILABLE: broker "127.0.0.1:9092" did not answer\n${error.remedy}`);
});

test('only errors that may pass by themselves are tried again', () => {
  const retryable = rows.filter(([, row]) => row.retryable).map(([code]) => code);
  expect(retryable).toEqual([
    'SOURCE_UNAVAILABLE',
    'GATEWAY_UNAVAILABLE',
    'KAFKA_UNAVAILABLE',
    'KINESIS_UNAVAILABLE',
    'RECORDS_STRANDED',
    'STORE_UNAVAILABLE',
    'DATABRICKS_UNAVAILABLE',
    'RUN_UNFINISHED',
    'RUN_NOT_CANCELLED',
    'MWAA_UNAVAILABLE',
    'TEMPORAL_UNAVAILABLE',
    'WORKER_UNAVAILABLE',
  ] satisfies ErrorCode[]);
});

test.each(rows)('the row of %s is written in the style of a message', (code, { summary, remedy }) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
  expect(summary).not.toMatch(/[.!]$|\n/);
  expect(remedy).not.toMatch(/[.!]$|\n/);
  // Lower case, unless the first word is a name.
  expect(summary).toMatch(/^(a|an|the|no|Kafka|Kinesis|Airflow|MWAA)\b/);
  expect(remedy).toMatch(/^[a-z]/);
});

test('no two rows say the same', () => {
  expect(new Set(rows.map(([, row]) => row.summary)).size).toBe(rows.length);
});
