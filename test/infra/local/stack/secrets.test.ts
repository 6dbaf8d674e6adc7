import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readSecrets } from '../../../../infra/local/stack/secrets.ts';
import { makeFolder } from './temporary-folder.ts';

test('a state folder keeps its secrets, which nobody else may read or has', () => {
  const state = join(makeFolder(), 'new');

  const secrets = readSecrets(state);

  expect(readSecrets(state)).toEqual(secrets);
  expect(statSync(join(state, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(statSync(state).mode & 0o777).toBe(0o700);
  const others = readSecrets(makeFolder());
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThanOrEqual(16);
    expect(Object.entries(others)).not.toContainEqual([name, secret]);
  }
});
