import { PinflowError } from '../../domain/errors.ts';
import { RUN_HEADER, SEQUENCE_HEADER } from '../../domain/record-mark.ts';
import type { Acknowledgement, Gateway, RowPost, SourceRow } from '../ports.ts';
import { askGateway, type GatewayAddress, isObject, parseJson, refusal } from './ask-gateway.ts';

/** Per-record code of the REST contract for "not confirmed, may be sent again". */
const RECORD_UNAVAILABLE = 50003;

/**
 * A client of the gateway's `POST /topics/{topic}`.
 * Its errors are GATEWAY_UNAVAILABLE where another try makes sense and GATEWAY_REFUSED where it does not.
 */
export function createGateway({ url, key }: GatewayAddress): Gateway {
  const base = url.replace(/\/+$/, '');
  return {
    async postRows(input) {
      const { topic, rows } = input;
      if (rows.length === 0) return [];
      const answer = await post(`${base}/topics/${encodeURIComponent(topic)}`, { ...input, key });
      if (answer.status !== 200) throw refusal({ target: `topic "${topic}"`, answer });
      return readAcknowledgements({ topic, rows, text: answer.text });
    },
  };
}

function post(url: string, { rows, idempotencyKey, run, sequence, key }: RowPost & Pick<GatewayAddress, 'key'>) {
  return askGateway(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/vnd.kafka.json.v2+json',
      accept: 'application/vnd.kafka.v2+json',
      'idempotency-key': idempotencyKey,
      [RUN_HEADER]: run,
      [SEQUENCE_HEADER]: String(sequence),
    },
    body: assembleBody(rows),
    key,
  });
}

/** The rows' own text between brackets: a row that was parsed and written again would no longer be the source's (I8). */
function assembleBody(rows: readonly SourceRow[]): string {
  const records = rows.map(({ key, json }) => (key === null ? `{"value":${json}}` : `{"key":${key},"value":${json}}`));
  return `{"records":[${records.join(',')}]}`;
}

function readAcknowledgements(input: {
  readonly topic: string;
  readonly rows: readonly SourceRow[];
  readonly text: string;
}): Acknowledgement[] {
  const { topic, rows, text } = input;
  const answer = parseJson(text);
  if (answer === undefined) {
    throw new PinflowError('GATEWAY_UNAVAILABLE', `gateway answered for topic "${topic}" with text that is not JSON`);
  }
  const offsets = isObject(answer) && Array.isArray(answer['offsets']) ? (answer['offsets'] as unknown[]) : [];
  if (offsets.length !== rows.length) {
    const counts = `${offsets.length} offsets for ${rows.length} records`;
    throw new PinflowError('GATEWAY_REFUSED', `gateway answered for topic "${topic}" with ${counts}`);
  }
  throwOnFailedRecord({ topic, rows, offsets });
  return offsets.map((entry, index) => {
    const { partition, offset } = isObject(entry) ? entry : {};
    if (Number.isSafeInteger(partition) && Number.isSafeInteger(offset)) {
      return { partition: Number(partition), offset: Number(offset) };
    }
    throw new PinflowError(
      'GATEWAY_REFUSED',
      `gateway gave no offset for ${describeRow(rows, index)} of topic "${topic}"`,
    );
  });
}

function throwOnFailedRecord(input: {
  readonly topic: string;
  readonly rows: readonly SourceRow[];
  readonly offsets: readonly unknown[];
}): void {
  const { topic, rows, offsets } = input;
  const failed = offsets.flatMap((entry, index) => {
    const code = isObject(entry) ? (entry['error_code'] ?? null) : null;
    return isObject(entry) && code !== null ? [{ index, code: Number(code), error: String(entry['error']) }] : [];
  });
  const passing = failed.find(({ code }) => code === RECORD_UNAVAILABLE);
  const first = passing ?? failed[0];
  if (first === undefined) return;
  throw new PinflowError(
    passing === undefined ? 'GATEWAY_REFUSED' : 'GATEWAY_UNAVAILABLE',
    `gateway did not store ${failed.length} of ${rows.length} records of topic "${topic}", ` +
      `the first is ${describeRow(rows, first.index)}: ${first.code} ${first.error}`,
  );
}

function describeRow(rows: readonly SourceRow[], index: number): string {
  const key = rows[index]?.key ?? null;
  return key === null ? `record ${index} without a key` : `record ${index} with key ${key}`;
}
