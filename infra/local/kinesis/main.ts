import { parseArgs } from 'node:util';
import { startKinesis } from './start-kinesis.ts';

/** The local Kinesis: `node infra/local/kinesis/main.ts --port N --data DIR …` */

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    host: { ...text, default: '127.0.0.1' },
    port: text,
    data: text,
    'iterator-ms': { ...text, default: '300000' },
    'fault-port': text,
  },
});
const { host, port, data, 'fault-port': faultPort } = values;
if (port === undefined || data === undefined) throw new Error('options --port and --data are needed');

const kinesis = await startKinesis({
  ...{ host, port: Number(port), data, iteratorMs: Number(values['iterator-ms']) },
  faultPort: faultPort === undefined ? undefined : Number(faultPort),
});

async function stop(): Promise<void> {
  await kinesis.stop();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
console.log(`kinesis on ${kinesis.address}`);
