import { PinflowError } from '../../domain/errors.ts';
import { fetchFromMwaa, judgeStatus } from './fetch-from-mwaa.ts';
import type { AirflowSession } from './log-in.ts';

export interface AirflowAnswer {
  readonly status: number;
  readonly text: string;
}

export interface AirflowCall {
  readonly method: 'GET' | 'POST';
  /** Path below the version of the API. */
  readonly path: string;
  readonly body?: object;
  readonly accept?: string;
  /** Answers besides success that the caller wants to see. */
  readonly expected?: readonly number[];
}

/** Characters of an answer that an error repeats. */
const MOST_REPEATED = 300;

/** The REST API of Airflow in a session that is opened on demand, and once more when it is over. */
export class AirflowApi {
  readonly #open: () => Promise<AirflowSession>;
  #session: Promise<AirflowSession> | undefined;

  constructor(open: () => Promise<AirflowSession>) {
    this.#open = open;
  }

  async readMajor(): Promise<AirflowSession['major']> {
    return (await this.#enter()).major;
  }

  async read<T>(path: string): Promise<T> {
    return JSON.parse((await this.call({ method: 'GET', path })).text) as T;
  }

  /** The same; undefined where there is no such thing. */
  async find<T>(path: string): Promise<T | undefined> {
    const { status, text } = await this.call({ method: 'GET', path, expected: [404] });
    return status === 404 ? undefined : (JSON.parse(text) as T);
  }

  /** @throws PinflowError MWAA_UNAVAILABLE, MWAA_DENIED or MWAA_REFUSED with what Airflow says */
  async call(call: AirflowCall): Promise<AirflowAnswer> {
    let answer = await this.#send(call);
    if (isDenied(answer)) {
      // Sessions last hours; what is denied for want of a right is denied again.
      this.#session = undefined;
      answer = await this.#send(call);
    }
    const { status, text } = answer;
    if (status < 300 || call.expected?.includes(status) === true) return answer;
    const code = isDenied(answer) ? 'MWAA_DENIED' : judgeStatus(status);
    throw new PinflowError(code, `Airflow answered ${status} to ${call.method} "${call.path}": ${shorten(text)}`);
  }

  async #send({ method, path, body, accept = 'application/json' }: AirflowCall): Promise<AirflowAnswer> {
    const { api, headers } = await this.#enter();
    const answer = await fetchFromMwaa(`${method} "${path}"`, `${api}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers, accept, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  #enter(): Promise<AirflowSession> {
    this.#session ??= this.#open().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }
}

/** A web server sends a browser without a session to its page of login. */
function isDenied({ status }: AirflowAnswer): boolean {
  return status === 302 || judgeStatus(status) === 'MWAA_DENIED';
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_REPEATED ? `${line.slice(0, MOST_REPEATED)} …` : line;
}
