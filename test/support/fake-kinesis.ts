import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface KinesisCall {
  readonly action: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}

export type KinesisAnswer = (response: ServerResponse, call: KinesisCall) => void;

const servers: Server[] = [];

/** Gives one prepared answer to every call and keeps the calls: what the SDK really sends, over plain HTTP. */
export async function startKinesis(answer: KinesisAnswer = answerWith(200, {})) {
  const calls: KinesisCall[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).split('.')[1];
      const input = JSON.parse(Buffer.concat(parts).toString('utf8')) as KinesisCall['input'];
      calls.push({ action, input });
      answer(response, { action, input });
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`, calls };
}

export function answerWith(status: number, body: object | ''): KinesisAnswer {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(body === '' ? '' : JSON.stringify(body));
}

export async function stopKinesis(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
