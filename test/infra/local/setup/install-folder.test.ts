import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { installFolder, nameFolder, removeDeadAttempts } from '../../../../infra/local/setup/install-folder.ts';
import type { WorkFolders } from '../../../../infra/local/setup/setup-work.ts';
import { type FakeMachine, makeFakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

/** No system gives out pids this high. */
const DEAD_PID = 2_000_000_000;

describe('nameFolder', () => {
  test('the name holds tool, version and 12 digits that follow from the contents', () => {
    expect(nameFolder('kafka', '4.3.1', ['lock'])).toMatch(/^kafka-4\.3\.1-[0-9a-f]{12}$/);
    expect(nameFolder('kafka', '4.3.1', ['lock'])).toBe(nameFolder('kafka', '4.3.1', ['lock']));
  });

  test('another lock file or platform is another folder', () => {
    const names = [['lock', 'linux'], ['lock2', 'linux'], ['lock', 'darwin'], ['locklinux']].map((contents) =>
      nameFolder('kafka', '4.3.1', contents),
    );
    expect(new Set(names).size).toBe(4);
  });
});

describe('installFolder', () => {
  const fill =
    (text: string) =>
    async ({ target, scratch }: WorkFolders) => {
      writeFileSync(join(target, 'tool'), text);
      writeFileSync(join(scratch, 'rubbish'), text);
    };

  test('the folder appears whole and nothing is left beside it', async () => {
    const folder = join(machine.cache, 'kafka-1-abc');
    await installFolder(folder, async (folders) => {
      await fill('new')(folders);
      expect(existsSync(folder)).toBe(false);
    });
    expect(readdirSync(machine.cache)).toEqual(['kafka-1-abc']);
    expect(readdirSync(folder)).toEqual(['tool']);
  });

  test('an attempt that fails leaves nothing', async () => {
    const attempt = installFolder(join(machine.cache, 'kafka-1-abc'), async (folders) => {
      await fill('half')(folders);
      throw new Error('disk full');
    });
    await expect(attempt).rejects.toThrow('disk full');
    expect(readdirSync(machine.cache)).toEqual([]);
  });

  test('of two attempts at once the first to finish wins and both succeed', async () => {
    const folder = join(machine.cache, 'kafka-1-abc');
    const firstDone = Promise.withResolvers<void>();
    const slow = installFolder(folder, async (folders) => {
      await firstDone.promise;
      await fill('slow')(folders);
    });
    await installFolder(folder, fill('fast'));
    firstDone.resolve();
    await slow;
    expect(readFileSync(join(folder, 'tool'), 'utf8')).toBe('fast');
    expect(readdirSync(machine.cache)).toEqual(['kafka-1-abc']);
  });

  test('a rename that fails for another reason is an error', async () => {
    const folder = join(machine.cache, 'kafka-1-abc');
    const attempt = installFolder(folder, async ({ target }) => {
      rmSync(target, { recursive: true });
    });
    await expect(attempt).rejects.toThrow('ENOENT');
  });
});

describe('removeDeadAttempts', () => {
  const addAttempt = (owner: string) => {
    const path = join(machine.cache, `python-3.11-abc.attempt-${owner}-0123abcd`);
    mkdirSync(join(path, 'target'), { recursive: true });
    return path;
  };

  test('attempts of dead processes and of yesterday go, everything else stays', async () => {
    addAttempt(`${hostname()}-${DEAD_PID}`);
    const running = addAttempt(`${hostname()}-${process.pid}`);
    const elsewhere = addAttempt(`other-host-${DEAD_PID}`);
    const yesterday = addAttempt(`another-host-${process.pid}`);
    const longAgo = Date.now() / 1_000 - 25 * 60 * 60;
    utimesSync(yesterday, longAgo, longAgo);
    mkdirSync(join(machine.cache, 'python-3.11-abc'));
    mkdirSync(join(machine.cache, 'notes of the user'));

    await removeDeadAttempts(machine.cache);

    const kept = [join(machine.cache, 'notes of the user'), join(machine.cache, 'python-3.11-abc'), running, elsewhere];
    expect(readdirSync(machine.cache).toSorted()).toEqual(
      kept.map((path) => path.slice(machine.cache.length + 1)).toSorted(),
    );
  });
});
