import fc from 'fast-check';
import { type ReferenceContext, resolveReferences } from '../../../../../infra/local/databricks/jobs/references.ts';

const context: ReferenceContext = {
  job: {
    ...{ id: 7, name: 'daily', runId: 70, repairCount: 2, triggerType: 'ONE_TIME' },
    startTime: Date.UTC(2026, 10, 22, 6, 5, 4),
    parameters: { day: 'monday', 'a.b': 'dotted', 'x-y z': 'odd' },
  },
  task: { name: 'clean', runId: 71, executionCount: 3 },
  tasks: {
    first: { resultState: 'success', values: { rows: 5, list: [1, 'a'], text: 'x' } },
    'group.task 1': { resultState: 'failed', values: { 'a.b': 1 } },
  },
  workspace: { id: 0, url: 'http://local:1' },
  input: { day: 'tue', deep: { a: [1] } },
};

test.each([
  ['{{job.id}} {{job.name}} {{job.run_id}} {{job.repair_count}}', '7 daily 70 2'],
  ['{{job.start_time.iso_date}}', '2026-11-22'],
  ['{{job.start_time.iso_datetime}}', '2026-11-22T06:05:04'],
  ['{{job.start_time.year}}/{{job.start_time.month}}/{{job.start_time.day}}', '2026/11/22'],
  ['{{job.start_time.hour}}:{{job.start_time.minute}}:{{job.start_time.second}}', '6:5:4'],
  ['{{job.start_time.is_weekday}} {{job.start_time.iso_weekday}}', 'false 7'],
  ['{{job.trigger.type}} {{job.trigger.time.iso_date}}', 'one_time 2026-11-22'],
  ['{{job.parameters.day}} {{job.parameters.a.b}}', 'monday dotted'],
  ['{{task.name}} {{task.run_id}} {{task.execution_count}}', 'clean 71 3'],
  ['{{tasks.first.result_state}} {{tasks.first.values.rows}}', 'success 5'],
  ['{{tasks.first.values.list}} {{tasks.first.values.text}}', '[1,"a"] x'],
  ['{{workspace.id}} {{workspace.url}}', '0 http://local:1'],
  ['{{input}} {{input.day}} {{input.deep.a}}', '{"day":"tue","deep":{"a":[1]}} tue [1]'],
  [
    '{{job_id}} {{run_id}} {{parent_run_id}} {{task_key}} {{task_retry_count}} {{start_date}}',
    '7 71 70 clean 2 2026-11-22',
  ],
  ['{{ job.id }}', '7'],
  ['{{job.parameters.`a.b`}} {{job.parameters.`x-y z`}}', 'dotted odd'],
  ['{{tasks.`group.task 1`.result_state}} {{tasks.`group.task 1`.values.`a.b`}}', 'failed 1'],
])('%s reads %s', (text, expected) => {
  expect(resolveReferences(text, context)).toBe(expected);
});

test.each([
  '{{nobody.knows}}',
  '{{job.nothing}}',
  '{{tasks.second.values.rows}}',
  '{{tasks.first.values.nothing}}',
  '{{job.constructor}}',
  '{{job.id.more}}',
  '{{}}',
  '{{job..id}}',
  '{{job.`id}}',
  '{{job.id.}}',
  '{job.id}',
])('%s stays as it is', (text) => {
  expect(resolveReferences(text, context)).toBe(text);
});

test('references are found at any depth, and only in texts', () => {
  expect(resolveReferences({ a: ['{{job.id}}', 1, null], b: { c: true, d: '{{task.name}}' } }, context)).toEqual({
    a: ['7', 1, null],
    b: { c: true, d: 'clean' },
  });
});

test('a text without braces is never changed', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll(/[{}]/g, ''));
  fc.assert(fc.property(text, (value) => resolveReferences(value, context) === value));
});
