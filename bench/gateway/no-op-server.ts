import Fastify from 'fastify';

/** The peer that does nothing: the gateway's framework, its way of answering, and an answer that is ready. */
const server = Fastify({ bodyLimit: 10 * 1024 * 1024 });
server.removeAllContentTypeParsers();
server.addContentTypeParser('application/vnd.kafka.json.v2+json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
const ANSWER =
  '{"offsets":[{"partition":0,"offset":0,"error_code":null,"error":null}],"key_schema_id":null,"value_schema_id":null}';
const asItIs = () => ANSWER;
server.post('/topics/:topic', (_request, reply) =>
  reply.type('application/vnd.kafka.v2+json').serializer(asItIs).send(ANSWER),
);
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
