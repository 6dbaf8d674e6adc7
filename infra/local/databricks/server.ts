import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ApiError, doesNotExist, invalidParameter } from './errors.ts';
import { LOCAL_CLUSTER_ID, parseClusterId, parseList, parseRunId, parseSubmit, parseToken } from './jobs/requests.ts';
import { describeOutput, describeRun, describeRunHead, describeTaskAsRun } from './jobs/run-view.ts';
import type { Scheduler } from './jobs/scheduler.ts';
import type { Run, Store, TaskRun } from './jobs/store.ts';
import type { WarmCluster } from './clusters/warm-cluster.ts';

export interface ServerOptions {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly cluster: Pick<WarmCluster, 'view' | 'restart'>;
  /** Bearer token that every request must carry. */
  readonly token: string;
  /** The server's own URL without a final slash, for links to runs. */
  readonly address: string;
}

type Handler = (parameters: unknown) => object;

/** The routes, the same for every version of the API that clients use. */
export function createServer(options: ServerOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, bodyLimit: 10 * 1024 * 1024 });
  // Airflow's asynchronous hook sends the parameters of a GET as a JSON body.
  server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  // Every body is taken as JSON, whatever a client calls it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(String(text)));
    } catch {
      done(new ApiError(400, 'MALFORMED_REQUEST', 'the body is not JSON'));
    }
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/api/') && !isAuthorised(request, options.token)) {
      void reply.header('www-authenticate', 'Bearer realm="databricks"');
      done(new ApiError(401, 'UNAUTHENTICATED', 'the request carries no valid token'));
    } else done();
  });
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request) => {
    throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${request.method} ${request.url.split('?')[0]}'`);
  });
  const routes = { ...runRoutes(options), ...clusterRoutes(options.cluster) };
  for (const version of ['2.0', '2.1', '2.2']) {
    for (const [route, handle] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      server.route({
        method,
        url: `/api/${version}/${path}`,
        handler: async (request) => handle(readParameters(request)),
      });
    }
  }
  return server;
}

function runRoutes({ store, scheduler, address }: ServerOptions): Record<string, Handler> {
  return {
    'POST jobs/runs/submit': (body) => {
      const token = parseToken(body);
      const known = token === undefined ? undefined : store.findByToken(token);
      return { run_id: known ?? scheduler.submit(parseSubmit(body), token) };
    },
    'GET jobs/runs/get': (query) => {
      const { run, task } = findRun(store, parseRunId(query));
      return task === undefined ? describeRun(run, address) : describeTaskAsRun(run, task, address);
    },
    'GET jobs/runs/get-output': (query) => {
      const found = findRun(store, parseRunId(query));
      const task = found.task ?? onlyTask(found.run);
      return describeOutput(describeTaskAsRun(found.run, task, address), store.readOutput(task.runId));
    },
    'POST jobs/runs/cancel': (body) => {
      const { run, task } = findRun(store, parseRunId(body));
      scheduler.cancel(run, task?.runId);
      return {};
    },
    'GET jobs/runs/list': (query) => {
      const filter = parseList(query);
      const runs = store.listRuns({ ...filter, limit: filter.limit + 1 });
      const shown = runs.slice(0, filter.limit).map((run) => describeRunHead(run, address));
      return { runs: shown, has_more: runs.length > filter.limit };
    },
  };
}

function clusterRoutes(cluster: ServerOptions['cluster']): Record<string, Handler> {
  const requireLocal = (parameters: unknown): void => {
    const id = parseClusterId(parameters);
    if (id !== LOCAL_CLUSTER_ID) throw doesNotExist('Cluster', id);
  };
  return {
    'GET clusters/get': (query) => {
      requireLocal(query);
      return describeCluster(cluster);
    },
    'GET clusters/list': () => ({ clusters: [describeCluster(cluster)] }),
    'GET clusters/spark-versions': () => {
      const version = cluster.view.sparkVersion;
      return { versions: version === undefined ? [] : [{ key: version, name: `Apache Spark ${version}` }] };
    },
    'POST clusters/restart': (body) => {
      requireLocal(body);
      const { state } = cluster.view;
      if (state !== 'RUNNING')
        throw new ApiError(400, 'INVALID_STATE', `Cluster ${LOCAL_CLUSTER_ID} is ${state}, not RUNNING.`);
      cluster.restart();
      return {};
    },
  };
}

function describeCluster({ view }: ServerOptions['cluster']): object {
  return {
    cluster_id: LOCAL_CLUSTER_ID,
    cluster_name: LOCAL_CLUSTER_ID,
    state: view.state,
    state_message: view.message,
    start_time: view.startTime,
    ...(view.sparkVersion === undefined ? {} : { spark_version: view.sparkVersion }),
  };
}

/** A run by its id, or the run and the task of a task run's id. */
function findRun(store: Store, id: number): { readonly run: Run; readonly task?: TaskRun } {
  const run = store.readRun(id);
  if (run !== undefined) return { run };
  const parent = store.findParent(id);
  const task = parent?.tasks.find(({ runId }) => runId === id);
  if (parent === undefined || task === undefined) throw doesNotExist('Run', id);
  return { run: parent, task };
}

function onlyTask(run: Run): TaskRun {
  const [task, ...more] = run.tasks;
  if (task !== undefined && more.length === 0) return task;
  throw invalidParameter(
    'Retrieving the output of runs with multiple tasks is not supported. Retrieve the output of each individual task run instead.',
  );
}

function readParameters(request: FastifyRequest): unknown {
  if (request.method !== 'GET') return request.body;
  return { ...(request.body as object | undefined), ...(request.query as object) };
}

function isAuthorised(request: FastifyRequest, token: string): boolean {
  // Hashes have one length, whatever was sent, and are compared in constant time.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function sendError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  const message = error instanceof Error ? error.message : String(error);
  const known =
    error instanceof ApiError
      ? error
      : status < 500
        ? new ApiError(status, 'BAD_REQUEST', message)
        : new ApiError(500, 'INTERNAL_ERROR', message);
  void reply.status(known.status).send(known.body);
}
