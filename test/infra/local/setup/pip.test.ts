import { planPipInstall } from '../../../../infra/local/setup/pip.ts';

test('a pip run installs what the lock names, by hash, and keeps no cache', () => {
  const lock = { name: 'some.lock', path: '/checkout/some.lock', text: '' };
  const run = planPipInstall({
    what: 'things',
    python: '/bin/python3',
    lock,
    scratch: '/scratch',
    args: ['--target', '/t'],
  });
  expect(run.program).toBe('/bin/python3');
  expect(run.args.join(' ')).toBe(
    '-I -m pip install --quiet --no-cache-dir --no-compile --no-deps --require-hashes --target /t --requirement /checkout/some.lock',
  );
});

test("the user's own Python packages and pip habits have no say", () => {
  const lock = { name: 'some.lock', path: '/checkout/some.lock', text: '' };
  const { env } = planPipInstall({ what: 'things', python: '/bin/python3', lock, scratch: '/scratch', args: [] });
  expect(env).toMatchObject({ PYTHONPATH: undefined, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', TMPDIR: '/scratch' });
});
