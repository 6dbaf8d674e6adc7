import { DatabaseSync } from 'node:sqlite';
import { SecretStore } from '../../../../../infra/local/databricks/files/secrets.ts';
import { refusal } from '../refusal.ts';

const text = (content: string) => Buffer.from(content);

test('all secrets are given by scope and key, whatever they are called', () => {
  const store = new SecretStore(new DatabaseSync(':memory:'));
  for (const scope of ['__proto__', 'empty', 'db']) store.createScope(scope);
  store.put('__proto__', '__proto__', text('a'));
  store.put('db', 'key', text('old'));
  store.put('db', 'key', text('new'));
  expect(JSON.stringify(store.readAll())).toBe('{"__proto__":{"__proto__":"a"},"db":{"key":"new"},"empty":{}}');
});

test('a scope takes 1,000 secrets and no more, but their values can change', () => {
  const store = new SecretStore(new DatabaseSync(':memory:'), () => 7);
  store.createScope('db');
  for (let key = 0; key < 1_000; key++) store.put('db', `key-${key}`, text('x'));
  expect(refusal(() => store.put('db', 'more', text('x')))).toBe(
    '400 RESOURCE_LIMIT_EXCEEDED: scope db has 1000 secrets already',
  );
  store.put('db', 'key-0', text('y'));
  expect(store.get('db', 'key-0').toString()).toBe('y');
  expect(store.list('db')[0]).toMatchObject({ key: 'key-0', updated: 7 });
});

test('a scope is gone with its secrets, and can come again without them', () => {
  const store = new SecretStore(new DatabaseSync(':memory:'));
  store.createScope('db');
  store.put('db', 'key', text('x'));
  store.deleteScope('db');
  expect(refusal(() => store.get('db', 'key'))).toBe('404 RESOURCE_DOES_NOT_EXIST: Scope db does not exist!');
  store.createScope('db');
  expect(store.list('db')).toEqual([]);
});
