import { createKinesis } from './application.ts';
import { createFaultServer } from './faults/fault-server.ts';
import { KinesisFaults } from './faults/kinesis-faults.ts';
import { ShardLimits } from './shard-limits.ts';
import { openStore } from './store.ts';

export interface KinesisStart {
  readonly host: string;
  readonly port: number;
  /** Folder of the streams; made where it is not there. Undefined: in memory. */
  readonly data: string | undefined;
  readonly iteratorMs: number;
  /** Undefined: nobody may ask for faults. */
  readonly faultPort: number | undefined;
  readonly now?: () => number;
}

export interface RunningKinesis {
  readonly address: string;
  /** Where faults are asked for. */
  readonly faultAddress: string | undefined;
  stop(): Promise<void>;
}

export async function startKinesis(start: KinesisStart): Promise<RunningKinesis> {
  const { host, port, data, iteratorMs, faultPort, now = Date.now } = start;
  const store = await openStore(data);
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
