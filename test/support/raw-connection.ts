import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes bytes as they are, and keeps what comes back. */
export class RawConnection {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;
  #text = '';

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host, noDelay: true });
    this.socket.on('data', (part: Buffer) => (this.#text += part.toString('latin1')));
    // A server that cuts the connection while it is written to answers with a reset.
    this.socket.on('error', () => undefined);
    this.#closed = once(this.socket, 'close');
  }

  /** Writes the parts one after the other, with a pause between them, for as long as the connection is there. */
  async write(text: string, { pauseMs, size = text.length }: { pauseMs?: number; size?: number } = {}): Promise<void> {
    for (let at = 0; at < text.length && this.socket.writable; at += size) {
      this.socket.write(text.slice(at, at + size), 'latin1');
      if (pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** The first answer, as soon as its body is there. */
  async readAnswer(): Promise<{ readonly status: number; readonly body: string }> {
    for (;;) {
      const [head, ...rest] = this.#text.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head ?? '')?.[1];
      const body = rest.join('\r\n\r\n');
      if (length !== undefined && body.length >= Number(length))
        return { status: Number(this.#text.slice(9, 12)), body: body.slice(0, Number(length)) };
      if (this.socket.destroyed) throw new Error(`the connection was closed after ${JSON.stringify(this.#text)}`);
      await Promise.race([once(this.socket, 'data'), this.#closed]);
    }
  }

  /** All that came until the server closed the connection. */
  async readToEnd(): Promise<string> {
    await this.#closed;
    return this.#text;
  }

  close(): void {
    this.socket.destroy();
  }
}
