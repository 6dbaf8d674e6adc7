import { once } from 'node:events';
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AddedFault, type FaultRule, FaultRules } from './fault-rules.ts';
import type { HttpFault, HttpRequestHead } from './http-fault.ts';

export interface HttpFaultProxy {
  readonly url: string;
  addFault(rule: FaultRule<HttpRequestHead, HttpFault>): AddedFault;
  clearFaults(): void;
  close(): void;
}

/**
 * Stands before an HTTP service and lets requests meet the faults that were added. Everything else passes as it is,
 * byte for byte: a signature covers the host that the client knows, so the header stays as it came.
 */
export async function startHttpFaultProxy(input: {
  readonly target: string;
  readonly seed?: string;
  /** Told what the service itself has answered, whatever the client gets to see of it. */
  readonly onAnswer?: (request: HttpRequestHead, status: number) => void;
}): Promise<HttpFaultProxy> {
  const { target, seed = 'faults', onAnswer = () => undefined } = input;
  const rules = new FaultRules<HttpRequestHead, HttpFault>(seed);
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming;
    const exchange = { incoming, outgoing, target: new URL(url, target), fault: rules.take({ method, url }) };
    // A client that was killed never sends the rest of its body, and the service would wait for it.
    incoming.on('error', () => outgoing.destroy());
    passOn(exchange, (status) => onAnswer({ method, url }, status)).catch(() => outgoing.destroy());
  });
  // The services decide for how long they keep a connection; a proxy that closes it first looks like a fault.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addFault: (rule) => rules.add(rule),
    clearFaults: () => rules.clear(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: URL;
  readonly fault: HttpFault | undefined;
}

async function passOn(exchange: Exchange, onAnswer: (status: number) => void): Promise<void> {
  const { incoming, outgoing, fault } = exchange;
  switch (fault?.kind) {
    case 'status':
      incoming.resume();
      outgoing.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers }).end(fault.body ?? '');
      return;
    case 'hang':
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'delay':
      await sleep(fault.ms);
      break;
    case 'hold':
      await fault.until;
      break;
    default:
  }
  if (outgoing.destroyed) return;
  const answer = await forward(exchange);
  onAnswer(answer.statusCode ?? 0);
  await giveAnswer(answer, exchange);
}

async function forward({ incoming, outgoing, target, fault }: Exchange): Promise<IncomingMessage> {
  const { method, headers } = incoming;
  const onward = openRequest(target, { method, headers });
  outgoing.on('close', () => onward.destroy());
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  if (fault?.kind === 'stall-upload') stallUpload(incoming, onward, fault.afterBytes);
  else incoming.pipe(onward);
  const [answer] = await answered;
  return answer;
}

function stallUpload(incoming: IncomingMessage, onward: NodeJS.WritableStream, afterBytes: number): void {
  let left = afterBytes;
  incoming.on('data', (chunk: Buffer) => {
    if (left > 0) onward.write(chunk.subarray(0, left));
    left -= chunk.length;
  });
}

async function giveAnswer(answer: IncomingMessage, { incoming, outgoing, fault }: Exchange): Promise<void> {
  const head = () => outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', answer.rawHeaders);
  switch (fault?.kind) {
    case 'drop-answer':
      await buffer(answer);
      incoming.socket.resetAndDestroy();
      return;
    case 'truncate': {
      const body = await buffer(answer);
      head().write(body.subarray(0, Math.floor(body.length / 2)), () => incoming.socket.destroy());
      return;
    }
    case 'corrupt': {
      const body = await buffer(answer);
      const middle = Math.floor(body.length / 2);
      if (body.length > 0) body[middle] = (body[middle] ?? 0) ^ 1;
      head().end(body);
      return;
    }
    case 'drip':
      await drip(await buffer(answer), head(), fault.bytesPerSecond);
      return;
    default:
      answer.on('error', () => outgoing.destroy());
      answer.pipe(head());
  }
}

async function drip(body: Buffer, outgoing: ServerResponse, bytesPerSecond: number): Promise<void> {
  const portion = Math.max(1, Math.ceil(bytesPerSecond / 10));
  for (let sent = 0; sent < body.length && !outgoing.destroyed; sent += portion) {
    outgoing.write(body.subarray(sent, sent + portion));
    await sleep(100);
  }
  outgoing.end();
}
