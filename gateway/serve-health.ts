import type { FastifyInstance } from 'fastify';
import { answerOf, documentErrors } from './answer-documents.ts';
import type { TopicDirectory } from './topic-directory.ts';

/** Serves `GET /healthz` (this process runs) and `GET /readyz` (Kafka answers; Kinesis may be away). */
export function serveHealth(server: FastifyInstance, { topics }: { readonly topics: TopicDirectory }): void {
  server.get('/healthz', { config: { document: documentHealth('This process runs', 'ok') } }, () => ({ status: 'ok' }));
  const { response, ...ready } = documentHealth('Kafka answers', 'ready');
  const document = { ...ready, response: { ...response, ...documentErrors('BROKER_UNAVAILABLE') } };
  server.get('/readyz', { config: { document } }, async () => {
    await topics.refresh();
    return { status: 'ready' };
  });
}

function documentHealth(summary: string, status: string) {
  const schema = { type: 'object', required: ['status'], properties: { status: { const: status } } };
  const answer = answerOf({ type: 'application/json', schema, description: summary });
  return { tags: ['gateway'], summary, response: { 200: answer } };
}
