/** As much of Kafka's protocol as a proxy must know. */

const LOOPBACK = Buffer.concat([Buffer.of(0, 9), Buffer.from('127.0.0.1')]);

/**
 * Brokers tell clients where to connect to, which would lead them around the proxy. In every answer that names a broker
 * its host (a text with two bytes of length) stands before its port (four bytes); of those on this machine the port
 * becomes the proxy's.
 */
export function rewriteBrokerPort({ brokerPort }: { readonly brokerPort: number }) {
  return (answer: Buffer, proxyPort: number): Buffer => {
    for (let at = answer.indexOf(LOOPBACK); at !== -1; at = answer.indexOf(LOOPBACK, at + 1)) {
      const port = at + LOOPBACK.length;
      if (port + 4 <= answer.length && answer.readInt32BE(port) === brokerPort) answer.writeInt32BE(proxyPort, port);
    }
    return answer;
  };
}

const PRODUCE = 0;

/** Whether a chunk begins with a produce request: four bytes of length, then the number of the API. */
export function isProduceRequest(request: Buffer): boolean {
  return request.length > 6 && request.readInt16BE(4) === PRODUCE;
}
