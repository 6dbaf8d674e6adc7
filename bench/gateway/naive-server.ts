import { createServer } from 'node:http';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

/** The peer that is written first: every request is parsed, written anew and sent to Kafka by itself. */
const [port, brokers = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const topic = decodeURIComponent(request.url?.split('/')[2] ?? '');
    const { records } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { records: { value: unknown }[] };
    const messages = records.map(({ value }) => ({ value: JSON.stringify(value) }));
    void producer.send({ topic, acks: -1, messages }).then((metadata) => {
      response.setHeader('content-type', 'application/vnd.kafka.v2+json');
      response.end(
        JSON.stringify({ offsets: metadata.map(({ partition, baseOffset }) => ({ partition, baseOffset })) }),
      );
    });
  });
}).listen(Number(port), '127.0.0.1');
