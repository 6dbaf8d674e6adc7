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

/** Where an answer to a produce request has the name of its first topic: after length, correlation id, count of topics and its own length. */
const TOPIC_AT = 14;

/**
 * Puts an error into the answers to produce requests that are for this topic alone: the broker has stored the records
 * and is heard to say something else.
 */
export function rewriteProduceError({ topic, error }: { readonly topic: string; readonly error: number }) {
  const name = Buffer.from(topic);
  // Count of partitions and number of the first one stand between.
  const errorAt = TOPIC_AT + name.length + 8;
  return (answer: Buffer): Buffer => {
    const isAboutTopic =
      answer.length > errorAt + 2 &&
      answer.readInt32BE(8) === 1 &&
      answer.readInt16BE(TOPIC_AT - 2) === name.length &&
      answer.subarray(TOPIC_AT, TOPIC_AT + name.length).equals(name);
    if (isAboutTopic) answer.writeInt16BE(error, errorAt);
    return answer;
  };
}

const PRODUCE = 0;

/** Whether a chunk begins with a produce request: four bytes of length, then the number of the API. */
export function isProduceRequest(request: Buffer): boolean {
  return request.length > 6 && request.readInt16BE(4) === PRODUCE;
}
