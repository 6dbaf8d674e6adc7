import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PinflowError } from '../domain/errors.ts';
import { listDagFiles } from './dag-files.ts';
import { diffLines } from './diff-lines.ts';

/** `npm run dags` writes the generated files, `npm run dags:check` shows what it would change and exits with 1. */
function main(isCheck: boolean): number {
  let differing = 0;
  for (const { path, text } of listDagFiles(new Date().toISOString().slice(0, 10))) {
    const file = join(import.meta.dirname, 'generated', path);
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (before === text) continue;
    differing++;
    process.stdout.write(diffLines(`dags/generated/${path}`, before, text));
    if (isCheck) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (differing === 0) process.stdout.write('the generated files are as the schedules say\n');
  return isCheck && differing > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv[2] === 'check');
} catch (error) {
  if (!(error instanceof PinflowError)) throw error;
  process.stderr.write(`${error.report}\n`);
  process.exitCode = 2;
}
