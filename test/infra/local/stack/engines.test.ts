import { createEngine, ENGINE_NAMES, probeEngine, withDependencies } from '../../../../infra/local/stack/engines.ts';
import { makeStackPlan } from './stack-plan.ts';

test('every engine is made by its name, after those that it depends on', () => {
  const plan = makeStackPlan();

  const made = ENGINE_NAMES.map((name) => createEngine(name, plan, () => {}));

  expect(made.map(({ name }) => name)).toEqual(ENGINE_NAMES);
  for (const [place, { dependsOn }] of made.entries()) {
    expect(ENGINE_NAMES.slice(0, place)).toEqual(expect.arrayContaining([...dependsOn]));
  }
});

test('an engine that is wanted brings those that it depends on', () => {
  expect(withDependencies(['gateway', 's3'])).toEqual(['s3', 'kafka', 'gateway']);
  expect(withDependencies(['temporal'])).toEqual(['temporal']);
  const plan = makeStackPlan();
  for (const name of ENGINE_NAMES) {
    expect(withDependencies([name])).toEqual(expect.arrayContaining([...createEngine(name, plan, () => {}).dependsOn]));
  }
});

test.each(ENGINE_NAMES)('%s does not answer where nobody listens', async (name) => {
  await expect(probeEngine(name, makeStackPlan())).rejects.toThrow();
});
