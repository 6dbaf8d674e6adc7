import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { probeKafka } from '../../../../infra/local/stack/probe-kafka.ts';

let server: Server | undefined;

/** A broker that answers the first bytes of a request with what `answer` does. */
async function startBroker(answer: (socket: Socket, correlationId: number) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      expect(request).toHaveLength(14);
      expect([request.readInt32BE(0), request.readInt16BE(4), request.readInt16BE(6)]).toEqual([10, 18, 0]);
      answer(socket, request.readInt32BE(8));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function encodeAnswer(correlationId: number, errorCode: number): Buffer {
  const answer = Buffer.alloc(10);
  answer.writeInt32BE(6, 0);
  answer.writeInt32BE(correlationId, 4);
  answer.writeInt16BE(errorCode, 8);
  return answer;
}

afterEach(() => server?.close());

test('an answer that arrives in pieces counts', async () => {
  const port = await startBroker((socket, id) => {
    const answer = encodeAnswer(id, 0);
    socket.write(answer.subarray(0, 3));
    setTimeout(() => socket.write(answer.subarray(3)), 20);
  });

  await expect(probeKafka(port)).resolves.toBeUndefined();
});

test('an answer with an error does not count', async () => {
  const port = await startBroker((socket, id) => socket.write(encodeAnswer(id, 35)));

  await expect(probeKafka(port)).rejects.toThrow('ApiVersions was answered with error 35');
});

test('something else on the port does not count', async () => {
  const port = await startBroker((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));

  await expect(probeKafka(port)).rejects.toThrow('the answer to ApiVersions belongs to another request');
});

test('a connection that is closed without an answer does not count', async () => {
  const port = await startBroker((socket) => socket.end());

  await expect(probeKafka(port)).rejects.toThrow('the connection was closed without an answer to ApiVersions');
});

test('a port on which nobody listens does not count', async () => {
  const port = await startBroker(() => {});
  server?.close();

  await expect(probeKafka(port)).rejects.toThrow('ECONNREFUSED');
});
