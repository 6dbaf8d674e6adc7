import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolchain } from '../../../../infra/local/setup/toolchain.ts';
import { makeFolder } from './temporary-folder.ts';

/**
 * A folder with a stand-in for the S3 server, a worker and a client, all of which start in a tenth of a second. With
 * `engines: ['s3']` the supervisor runs as it does in earnest, without a real engine.
 */
export interface FakeCheckout {
  readonly toolchain: Toolchain;
  readonly checkout: string;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  readonly engines: readonly ['s3'];
  readonly ports: 'free';
}

/** Answers like a server that wants a signature; `--port` is given as host:port. */
const SERVER = `
const [host, port] = process.argv[process.argv.indexOf('--port') + 1].split(':');
console.log('listening on', port);
require('node:http')
  .createServer((_, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'))
  .listen(port, host);
`;

/** Says that it is ready as a worker does. */
export const WORKER = `
require('node:http')
  .createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 404).end('{}'))
  .listen(process.env.PINFLOW_WORKER_HEALTH_PORT, '127.0.0.1');
`;

export function makeFakeCheckout({ server = SERVER, worker = WORKER, client = '' } = {}): FakeCheckout {
  const root = makeFolder();
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
    return join(root, path);
  };
  const script = write('server.cjs', server);
  const versitygw = write('versitygw', `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`, 0o755);
  write('worker/main.ts', worker);
  write('client/main.ts', client);
  const none = join(root, 'none');
  return {
    toolchain: {
      java: none,
      python: none,
      temporal: none,
      temporalTestServer: none,
      kafkaJars: none,
      deltaJars: none,
      versitygw,
      airflow: {},
    },
    checkout: root,
    stateDirectory: join(root, 'state'),
    cacheDirectory: join(root, 'cache'),
    engines: ['s3'],
    ports: 'free',
  };
}
