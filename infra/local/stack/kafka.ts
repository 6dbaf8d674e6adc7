import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PinflowError } from '../../../domain/errors.ts';
import { classArchivePath } from './class-archive.ts';
import type { Engine, StackPlan } from './engine.ts';
import { probeKafka } from './probe-kafka.ts';

const run = promisify(execFile);

/** Measured: with the default compilers and collector a start costs 8–9 CPU seconds, with these and an archive 1.8. */
const JVM_FLAGS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** One Apache Kafka node, broker and KRaft controller in one process. */
export function kafkaEngine(plan: StackPlan): Engine {
  const { toolchain, stateDirectory, ports, environment } = plan;
  const classPath = join(toolchain.kafkaJars, '*');
  const properties = join(stateDirectory, 'kafka.properties');
  return {
    name: 'kafka',
    command: toolchain.java,
    args: ['-Xms128m', '-Xmx256m', ...JVM_FLAGS, archiveFlag(plan), '-cp', classPath, 'kafka.Kafka', properties],
    env: environment,
    cwd: stateDirectory,
    address: `127.0.0.1:${ports.kafka}`,
    dependsOn: [],
    prepare: async (signal) => {
      const data = join(stateDirectory, 'kafka');
      if (!existsSync(data)) await formatData(plan, data, signal);
      writeFileSync(properties, renderProperties(plan, data));
    },
    ready: () => probeKafka(ports.kafka),
  };
}

/** Formats beside the final folder and renames, so that a kill never leaves a half formatted one. */
async function formatData(plan: StackPlan, data: string, signal: AbortSignal): Promise<void> {
  const { toolchain, stateDirectory } = plan;
  const draft = `${data}.new`;
  rmSync(draft, { recursive: true, force: true });
  const properties = join(stateDirectory, 'kafka-format.properties');
  writeFileSync(properties, renderProperties(plan, draft));
  const clusterId = randomBytes(16).toString('base64url');
  // One id in sixty-four begins with "-", which the tool would take for an option of its own.
  const options = ['--standalone', `--cluster-id=${clusterId}`, '--config', properties];
  const tool = ['kafka.tools.StorageTool', 'format', ...options];
  try {
    await run(toolchain.java, [...JVM_FLAGS, '-cp', join(toolchain.kafkaJars, '*'), ...tool], { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new PinflowError(
      'ENGINE_NOT_READY',
      `kafka could not format its data folder "${data}": ${(error as Error).message}`,
    );
  }
  rmSync(properties);
  renameSync(draft, data);
}

/**
 * An archive of loaded classes halves the time to readiness (4.1 to 2.1 s on a busy machine). The first Kafka of this
 * Java and these jars writes it when it stops, which takes 5 s once.
 */
function archiveFlag({ toolchain, cacheDirectory }: StackPlan): string {
  const archive = classArchivePath(cacheDirectory, 'kafka', [toolchain.java, toolchain.kafkaJars]);
  return existsSync(archive) ? `-XX:SharedArchiveFile=${archive}` : `-XX:ArchiveClassesAtExit=${archive}`;
}

function renderProperties({ ports }: StackPlan, data: string): string {
  const broker = `PLAINTEXT://127.0.0.1:${ports.kafka}`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${ports.kafkaController}
listeners=${broker},CONTROLLER://127.0.0.1:${ports.kafkaController}
advertised.listeners=${broker}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
log.retention.hours=-1
# Clients may refuse things to others, as brokers of a company do; until then everything is allowed to everyone.
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
# One node: internal topics cannot have replicas.
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=2097152
# After a kill the broker may come back only when its old registration has run out: 3.3 s instead of 11.7 s.
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
`;
}
