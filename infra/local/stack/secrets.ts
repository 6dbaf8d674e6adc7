import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from './write-atomically.ts';

/** Credentials of the engines, made once for a state folder and good for nothing else. */
export interface Secrets {
  readonly s3AccessKeyId: string;
  readonly s3SecretAccessKey: string;
  readonly databricksToken: string;
}

/** Reads the secrets of a state folder, or makes them; only the user may read the file. */
export function readSecrets(stateDirectory: string): Secrets {
  const path = join(stateDirectory, 'secrets.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  } catch {
    const secrets = {
      s3AccessKeyId: `pinflow${randomBytes(6).toString('hex')}`,
      s3SecretAccessKey: randomBytes(24).toString('hex'),
      databricksToken: `dapi${randomBytes(16).toString('hex')}`,
    };
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    writeAtomically(path, `${JSON.stringify(secrets, null, 2)}\n`);
    return secrets;
  }
}
