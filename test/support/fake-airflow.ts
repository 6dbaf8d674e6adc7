import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { AirflowMajor } from '../../infra/local/mwaa/airflow/airflow-settings.ts';

interface FakeRun {
  readonly dag_run_id: string;
  readonly logical_date: string;
  readonly data_interval_end: string;
  state: string;
  tasks: number;
}

/** As much of Airflow's web server as a conversation needs, both ways to log in included, with one DAG. */
export class FakeAirflow {
  readonly #server: FastifyInstance = fastify({ forceCloseConnections: true });
  readonly major: AirflowMajor;
  /** Session → user. */
  readonly sessions = new Map<string, string>();
  /** Requests below the API, as method and path. */
  readonly requests: string[] = [];
  dag: { id: string; source: string; startDate: string } | undefined;
  importErrors: { filename: string; stack_trace: string; timestamp: string }[] = [];
  readonly runs: FakeRun[] = [];
  address = '';

  static async start(major: AirflowMajor): Promise<FakeAirflow> {
    const airflow = new FakeAirflow(major);
    airflow.address = await airflow.#server.listen({ host: '127.0.0.1', port: 0 });
    return airflow;
  }

  private constructor(major: AirflowMajor) {
    this.major = major;
    this.#server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, text, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(text)))),
    );
    if (major === 3) this.#addTokens();
    else this.#addForm();
    void this.#server.register(async (api) => this.#addApi(api), { prefix: `/api/v${major - 1}` });
  }

  async stop(): Promise<void> {
    await this.#server.close();
  }

  addRun(runId: string, logicalDate: string, { state = 'success', tasks = 1 } = {}): void {
    this.runs.push({ dag_run_id: runId, logical_date: logicalDate, data_interval_end: logicalDate, state, tasks });
  }

  #open(user: string): string {
    const session = `secret-session-${randomUUID()}`;
    this.sessions.set(session, user);
    return session;
  }

  #addTokens(): void {
    this.#server.post('/auth/token', async (request, reply) => {
      const { username } = request.body as { username: string };
      return reply.code(201).send({ access_token: this.#open(username) });
    });
  }

  #addForm(): void {
    this.#server.get('/login/', async (_, reply) =>
      reply.header('set-cookie', 'session=nobody; Path=/').send('<input name="csrf_token" type="hidden" value="c">'),
    );
    this.#server.post('/login/', async (request, reply) => {
      const { username = '', csrf_token: csrf } = request.body as Record<string, string>;
      if (csrf !== 'c' || request.headers.cookie !== 'session=nobody') return reply.redirect('/login/');
      return reply.header('set-cookie', `session=${this.#open(username)}; Path=/; HttpOnly`).redirect('/home');
    });
  }

  #addApi(api: FastifyInstance): void {
    api.addHook('onRequest', async (request, reply) => {
      this.requests.push(`${request.method} ${request.url.split('?')[0]}`);
      const user = this.#findUser(request);
      const denied = user === undefined ? (this.major === 3 ? 401 : 403) : undefined;
      if (denied !== undefined) return reply.code(denied).send({ detail: 'no session' });
      if (request.method === 'POST' && user === 'viewer') return reply.code(403).send({ detail: 'Forbidden' });
      return undefined;
    });
    api.get('/importErrors', async () => ({ import_errors: this.importErrors }));
    api.get('/dags/:id/details', async (request, reply) => {
      if (this.dag?.id !== (request.params as { id: string }).id) return reply.code(404).send({ detail: 'no DAG' });
      return { is_paused: false, start_date: this.dag.startDate, file_token: 'file' };
    });
    api.get('/dagSources/:id', async (_, reply) =>
      this.major === 3 ? { content: this.dag?.source } : reply.type('text/plain').send(this.dag?.source),
    );
    this.#addRuns(api);
  }

  #addRuns(api: FastifyInstance): void {
    api.post('/dags/:id/dagRuns', async (request, reply) => {
      const { dag_run_id: id, logical_date: date } = request.body as { dag_run_id: string; logical_date: string };
      if (this.runs.some((run) => run.dag_run_id === id || run.logical_date === date)) {
        return reply.code(409).send({ detail: { reason: 'Unique constraint violation' } });
      }
      this.addRun(id, date, { state: 'queued' });
      return this.runs.at(-1);
    });
    api.get('/dags/:id/dagRuns', async (request) => {
      const query = request.query as Record<string, string>;
      const [from = '', to = ''] = ['gte', 'lte'].map(
        (end) => query[`${this.major === 2 ? 'execution' : 'logical'}_date_${end}`],
      );
      const runs = this.runs.filter(({ logical_date: date }) => date >= from && date <= to);
      return { dag_runs: runs.slice(Number(query['offset'])), total_entries: runs.length };
    });
    api.get('/dags/:id/dagRuns/:run', async (request, reply) => {
      const { run } = request.params as { run: string };
      return this.runs.find(({ dag_run_id: id }) => id === run) ?? reply.code(404).send({ detail: 'no run' });
    });
    api.get('/dags/:id/dagRuns/:run/taskInstances', async (request) => {
      const { run } = request.params as { run: string };
      return { total_entries: this.runs.find(({ dag_run_id: id }) => id === run)?.tasks ?? 0 };
    });
  }

  #findUser({ headers }: FastifyRequest): string | undefined {
    const carried =
      this.major === 3
        ? /^Bearer (.+)$/.exec(headers.authorization ?? '')
        : /^session=(.+)$/.exec(headers.cookie ?? '');
    return this.sessions.get(carried?.[1] ?? '');
  }
}
