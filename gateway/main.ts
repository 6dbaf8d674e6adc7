import { loadGatewayFiles } from '../config/gateway-files.ts';
import { loadConfig } from '../config/load.ts';
import { PinflowError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import { createLogger } from './create-logger.ts';
import { createKafka } from './kafka-client.ts';
import { KafkaSender } from './kafka-sender.ts';
import { KafkaTrouble } from './kafka-trouble.ts';
import { createTopicFetcher } from './kafka-topics.ts';
import { GatewayMetrics } from './metrics.ts';
import { createMetricsServer } from './metrics-server.ts';
import { createServer } from './server.ts';
import { createAskKinesis } from './streams/ask-kinesis.ts';
import { TopicDirectory } from './topic-directory.ts';

/** The gateway's process. It runs until SIGTERM or SIGINT, answers what is under way, and exits 0. */
async function main(): Promise<void> {
  const config = loadConfig();
  const files = loadGatewayFiles(config.gateway);
  const logger = createLogger(config.logLevel);
  const { brokers } = config.kafka;
  const trouble = new KafkaTrouble();
  const fetcher = createTopicFetcher(createKafka({ brokers, logger, trouble, retries: 2 }));
  const topics = new TopicDirectory(fetcher.fetchTopics);
  // A sender that outlasts the restart of a broker stores the records it was sending once; a new one might do so twice.
  const sender = new KafkaSender({ kafka: createKafka({ brokers, logger, trouble, retries: 60 }), directory: topics });
  const kinesis = createAskKinesis(config.kinesis);
  const metrics = config.gateway.metrics && new GatewayMetrics();
  const metricsServer = metrics && createMetricsServer(metrics);
  const server = createServer({
    topics,
    fetchConfigs: fetcher.fetchConfigs,
    send: (batches) => sender.sendBatches(batches),
    trouble,
    ask: kinesis.ask,
    logger,
    access: { ...config.gateway, keys: files.keys },
    tls: files.tls,
    metrics,
  });

  /** Takes no more requests, answers those that are under way, then lets go of Kafka and Kinesis. */
  async function stop(signal: NodeJS.Signals): Promise<void> {
    logger.info({ signal }, 'stopping');
    await server.close();
    await Promise.all([sender.close(), fetcher.close(), metricsServer?.close()]);
    kinesis.close();
    logger.info('stopped');
    process.exit(0);
  }
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));

  if (files.tls === undefined && !isLoopback(config.gateway.host)) {
    logger.warn({ host: config.gateway.host }, 'listening without TLS: keys and records can be read on their way');
  }
  await metricsServer?.listen(config.gateway.metrics);
  await server.listen({
    ...{ host: config.gateway.host, port: config.gateway.port },
    // Fastify knows nothing of the TLS below it.
    listenTextResolver: (address) =>
      `listening at ${files.tls === undefined ? address : address.replace('http', 'https')}`,
  });
  logger.info({ brokers }, 'accepting records');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof PinflowError)) throw error;
  process.stderr.write(`${error.report}\n`);
  process.exit(1);
}
