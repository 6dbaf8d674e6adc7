import { join } from 'node:path';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { latestIterations } from '../jobs/model.ts';
import { readPrintedLines } from '../jobs/printed-lines.ts';
import { findRun } from '../jobs/run-routes.ts';
import type { RunStore } from '../jobs/run-store.ts';
import type { Scheduler } from '../jobs/scheduler.ts';
import type { TaskStore } from '../jobs/task-store.ts';
import { readDisplays } from './read-displays.ts';
import { renderRun } from './render-run.ts';
import { renderRunList } from './render-run-list.ts';
import { renderTask } from './render-task.ts';

export interface PageOptions {
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly scheduler: Scheduler;
  /** Folder that holds one folder per task run. */
  readonly outputs: string;
}

type RunRequest = FastifyRequest<{ Params: { readonly runId: string } }>;

/**
 * Pages for people, where `run_page_url` leads. They ask for no token, so they are there for this machine's browser only:
 * by address, by name (a foreign name that resolves to this machine is refused) and, for cancelling, by origin.
 */
export function pageRoutes(options: PageOptions): FastifyPluginCallback {
  const { runs, scheduler } = options;
  return (server, _options, done) => {
    server.addHook('onRequest', (request, _reply, next) => {
      next(
        isOwnBrowser(request) ? undefined : new ApiError(403, 'PERMISSION_DENIED', 'pages are for this machine only'),
      );
    });
    server.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, next) => {
      payload.resume();
      next(null);
    });
    server.get('/', (_request, reply) => sendPage(reply, renderRunList(runs.listRuns({ limit: 100 }))));
    server.get('/jobs/:jobId/runs/:runId', (request: RunRequest, reply) =>
      sendPage(reply, renderById(Number(request.params.runId), options)),
    );
    server.post('/jobs/:jobId/runs/:runId/cancel', (request: RunRequest, reply) => {
      const id = Number(request.params.runId);
      const { run, task } = findRun(id, options);
      scheduler.cancel(run, task);
      return reply.redirect(`/jobs/${run.jobId}/runs/${id}`, 303);
    });
    done();
  };
}

function renderById(id: number, options: PageOptions): string {
  const { tasks, outputs } = options;
  const { run, task } = findRun(id, options);
  if (task === undefined) return renderRun(run);
  const output = join(outputs, String(id));
  return renderTask({
    run,
    task,
    output: tasks.readOutput(id),
    printed: readPrintedLines(output),
    displays: readDisplays(output),
    iterations: latestIterations(tasks.listIterations(id)),
  });
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
}

const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

function isOwnBrowser({ method, headers, socket }: FastifyRequest): boolean {
  const host = headers.host ?? '';
  const isNear =
    LOOPBACK_ADDRESSES.includes(socket.remoteAddress ?? '') && LOOPBACK_NAMES.includes(host.replace(/:\d+$/, ''));
  return isNear && (method === 'GET' || headers.origin === `http://${host}`);
}
