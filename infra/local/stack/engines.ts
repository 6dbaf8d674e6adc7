import { databricksEngine, probeDatabricks } from './databricks.ts';
import type { Engine, EngineName, Report, StackFacts, StackPlan } from './engine.ts';
import { gatewayEngine, probeGateway } from './gateway.ts';
import { kafkaEngine } from './kafka.ts';
import { kinesisEngine, probeKinesis } from './kinesis.ts';
import { probeKafka } from './probe-kafka.ts';
import { probeS3, s3Engine } from './s3.ts';
import { probeTemporal, temporalEngine } from './temporal.ts';

/** All engines, those that others depend on first. */
export const ENGINE_NAMES: readonly EngineName[] = ['temporal', 's3', 'kafka', 'kinesis', 'databricks', 'gateway'];

export function createEngine(name: EngineName, plan: StackPlan, report: Report): Engine {
  switch (name) {
    case 'temporal':
      return temporalEngine(plan, report);
    case 's3':
      return s3Engine(plan);
    case 'kafka':
      return kafkaEngine(plan);
    case 'kinesis':
      return kinesisEngine(plan);
    case 'databricks':
      return databricksEngine(plan);
    case 'gateway':
      return gatewayEngine(plan);
  }
}

/** Asks a running engine once; rejects with the reason when it does not answer. */
export function probeEngine(name: EngineName, facts: StackFacts): Promise<void> {
  switch (name) {
    case 'temporal':
      return probeTemporal(facts);
    case 's3':
      return probeS3(facts);
    case 'kafka':
      return probeKafka(facts.ports.kafka);
    case 'kinesis':
      return probeKinesis(facts);
    case 'databricks':
      return probeDatabricks(facts);
    case 'gateway':
      return probeGateway(facts);
  }
}

/** The engines asked for and those that they cannot do without, in the usual order. */
export function withDependencies(names: readonly EngineName[]): EngineName[] {
  return ENGINE_NAMES.filter((name) => names.includes(name) || (name === 'kafka' && names.includes('gateway')));
}
