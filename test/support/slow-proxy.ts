import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowProxy {
  readonly url: string;
  /** Requests that were held back so far: the proof that the fault was there. */
  held(): number;
  close(): void;
}

/** An HTTP proxy that holds back the requests that match, and passes everything on as it is. */
export async function startSlowProxy(input: {
  readonly target: string;
  readonly delayMs: number;
  readonly matches: (method: string, url: string) => boolean;
}): Promise<SlowProxy> {
  const { target, delayMs, matches } = input;
  let held = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const pass = async () => {
      if (matches(method, url)) {
        held += 1;
        await sleep(delayMs);
      }
      if (outgoing.destroyed) return;
      // The signature covers the host that the client knows, so the header stays as it came.
      const onward = request(new URL(url, target), { method, headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      // A client that was killed never sends the rest of its body, and the server would wait for it.
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    };
    pass().catch(() => outgoing.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => held,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
