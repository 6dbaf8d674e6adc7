import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabricksJobs } from '../../../activities/databricks/adapter.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A text is sent as it is. */
  readonly body?: unknown;
}

export type Answering = Answer | ((request: SeenRequest) => Answer | undefined);

/** A workspace that answers as told, or never where it is told nothing, and keeps what it was asked. */
export async function withWorkspace(
  answer: Answering,
  use: (host: string, requests: SeenRequest[]) => Promise<void>,
): Promise<void> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then((seen) => {
      requests.push(seen);
      const found = typeof answer === 'function' ? answer(seen) : answer;
      if (found !== undefined) send(response, found);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

export async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { method = '', url = '', headers } = request;
  return { method, url, authorization: headers.authorization ?? '', body: Buffer.concat(parts).toString() };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = {} }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

export function connect(host: string, signal = new AbortController().signal, deadlineMs = 5_000) {
  return createDatabricksJobs({ host, token: 'secret', cluster: 'local', deadlineMs })(signal);
}
