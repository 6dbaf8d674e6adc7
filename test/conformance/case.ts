export const JSON_TYPE = 'application/vnd.kafka.json.v2+json';
export const BINARY_TYPE = 'application/vnd.kafka.binary.v2+json';

export interface CaseRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{topic}` stands for the case's own topic, which has three partitions and is empty. Absent: `/topics/{topic}`. */
  readonly path?: string;
  /** Content type; null for none, absent for that of the json format. */
  readonly type?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request to the contract and all that must come of it. */
export interface Case extends CaseRequest {
  readonly name: string;
  /** Which gateway is asked, see gateways.ts. Absent: that of the stack. */
  readonly at?: 'away' | 'keyed' | 'crowded' | 'unauthenticated' | 'unconfirmed';
  /** What Kafka is told of the topic beforehand. */
  readonly topic?: 'read-only';
  /** Sent beforehand. */
  readonly after?: CaseRequest;
  readonly status: number;
  /** Of the whole request. */
  readonly code?: number;
  /** In the message of the whole request, or of the first record that failed. */
  readonly message?: RegExp;
  /** What is answered for each record, `partition@offset` or the code of an error. */
  readonly offsets?: readonly (string | number)[];
  /** What the topic then holds: `partition@offset` → key and value. Absent: nothing. Untold: what the broker says is not what it did. */
  readonly stored?: Readonly<Record<string, StoredRecord>> | 'untold';
  /** Headers that the answer has. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

export type StoredRecord = readonly [key: string | null, value: string | null];

export interface CaseAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Asks the gateway of the address as a client that adds nothing of its own. */
export async function ask(url: string, request: CaseRequest & { readonly path: string }): Promise<CaseAnswer> {
  const { method = 'POST', path, type = JSON_TYPE, headers, body } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(type !== null && method === 'POST' && { 'content-type': type }), ...headers },
    // As bytes: fetch would give a text a content type.
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
