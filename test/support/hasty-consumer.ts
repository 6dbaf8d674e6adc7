import { Kafka, logLevel } from 'kafkajs';

/**
 * A plain consumer of kafkajs, a process of its own, that leaves its group in the moment in which it joins it. Arguments:
 * broker, topic, group. Prints "left" when kafkajs says that it has left, and "beat" for every heartbeat it still sends.
 */
const [broker = '', topic = '', groupId = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId, heartbeatInterval: 100, maxWaitTimeInMs: 100 });
const say = (what: string) => process.stdout.write(`${what}\n`);

consumer.on(consumer.events.GROUP_JOIN, () => void consumer.disconnect().then(() => say('left')));
consumer.on(consumer.events.HEARTBEAT, () => say('beat'));
await consumer.connect();
await consumer.subscribe({ topic });
await consumer.run({ eachBatch: () => Promise.resolve() });
