import { createKinesis } from './application.ts';
import { createFaultServer } from './faults/fault-server.ts';
import { KinesisFaults } from './faults/kinesis-faults.ts';
import { ShardLimits } from './shard-limits.ts';
import { openStore } from './store.ts';

export interface KinesisStart {
  readonly host: string;
  readonly port: number;
  /** Folder of the streams; made where it is not there. */
  readonly data: string;
  readonly iteratorMs: number;
  /** Undefined: nobody may ask for faults. */
  readonly faultPort: number | undefined;
}

export interface RunningKinesis {
  readonly address: string;
  /** Where faults are asked for. */
  readonly faultAddress: string | undefined;
  stop(): Promise<void>;
}

export async function startKinesis({ host, port, data, iteratorMs, faultPort }: KinesisStart): Promise<RunningKinesis> {
  const store = await openStore(data);
  const now = Date.now;
  const faults = new KinesisFaults(now);
  const server = createKinesis({ ...{ store, faults, iteratorMs, now }, limits: new ShardLimits(now) });
  const faultServer = faultPort === undefined ? undefined : createFaultServer({ faults, store });
  const faultAddress = await faultServer?.listen({ host: '127.0.0.1', port: faultPort ?? 0 });
  const address = await server.listen({ host, port });
  return {
    ...{ address, faultAddress },
    stop: async () => {
      await Promise.all([server.close(), faultServer?.close()]);
      await store.db.close();
    },
  };
}
