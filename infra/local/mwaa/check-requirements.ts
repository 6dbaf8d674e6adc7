import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What Airflow's own environment has against a requirements file: a line that it does not satisfy as it is. Nothing is
 * installed and nothing downloaded, so a package that it does not have is refused, too.
 */
export async function checkRequirements(python: string, path: string): Promise<string | undefined> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const folder = await mkdtemp(join(tmpdir(), 'pinflow-requirements-'));
  try {
    // Constraints are on the net; what they allow here is what is installed.
    const file = join(folder, 'requirements.txt');
    await writeFile(file, lines.filter((line) => !line.trim().startsWith('-')).join('\n'));
    return await runPip(python, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runPip(python: string, file: string): Promise<string | undefined> {
  const args = ['-m', 'pip', 'install', '--dry-run', '--no-index', '--disable-pip-version-check', '-r', file];
  return new Promise((resolve) => {
    execFile(python, args, (error, _, stderr) => {
      const problems = stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
      resolve(error === null ? undefined : problems.map((line) => line.slice(7)).join(' ') || error.message);
    });
  });
}
