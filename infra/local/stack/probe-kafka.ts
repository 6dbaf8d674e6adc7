import { connect } from 'node:net';

const API_VERSIONS = 18;
const CORRELATION_ID = 20_261_122;
const LIMIT_MS = 2_000;

/** ApiVersions, version 0: length, API, version, correlation id, and -1 for a client without a name. */
function encodeRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  return request;
}

/**
 * Asks a broker which requests it understands. A KRaft broker answers clients only once the controller has accepted
 * it, so an answer without an error means ready, which an open port does not.
 */
export function probeKafka(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(reason));
    };
    let answer = Buffer.alloc(0);
    socket.setTimeout(LIMIT_MS, () => fail('no answer to ApiVersions'));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the connection was closed without an answer to ApiVersions'));
    socket.once('connect', () => socket.write(encodeRequest()));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // Length, correlation id, error code.
      if (answer.length < 10) return;
      if (answer.readInt32BE(4) !== CORRELATION_ID) return fail('the answer to ApiVersions belongs to another request');
      if (answer.readInt16BE(8) !== 0) return fail(`ApiVersions was answered with error ${answer.readInt16BE(8)}`);
      socket.destroy();
      resolve();
    });
  });
}
