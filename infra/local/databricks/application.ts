import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Compute } from './clusters/compute.ts';
import { Database } from './database.ts';
import { Dbfs } from './files/dbfs.ts';
import { dbfsRoutes } from './files/dbfs-routes.ts';
import { secretRoutes } from './files/secret-routes.ts';
import { SecretStore } from './files/secrets.ts';
import { Storage } from './files/storage.ts';
import { volumeRoutes } from './files/volume-routes.ts';
import { Workspace, type WorkspaceOptions } from './files/workspace.ts';
import { workspacePlugin, workspaceRoutes } from './files/workspace-routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { jobRoutes } from './jobs/job-routes.ts';
import { JobStore } from './jobs/job-store.ts';
import { permissionRoutes } from './jobs/permission-routes.ts';
import { runRoutes } from './jobs/run-routes.ts';
import { RunStore } from './jobs/run-store.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { TaskRunner } from './jobs/task-runner.ts';
import { TaskStore } from './jobs/task-store.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { refusedGroups } from './refused-groups.ts';
import type { RouteGroup } from './route.ts';
import { createServer, type ServerOptions } from './server.ts';

export interface ApplicationOptions {
  /** Folder of everything that is kept; it exists. */
  readonly state: string;
  readonly token: string;
  /** The server's own URL without a final slash. */
  readonly address: string;
  /** Folders of the workspace, of DBFS and of `/Volumes`. */
  readonly workspace: string;
  readonly dbfs: string;
  readonly volumes: string;
  /** Folders of this machine that appear in the workspace. */
  readonly mounts: WorkspaceOptions['mounts'];
  readonly compute: Compute;
  readonly clusterRoutes: RouteGroup;
  readonly faults?: ServerOptions['faults'];
}

export interface Application {
  readonly server: FastifyInstance;
  readonly scheduler: Scheduler;
  /** Stops taking requests and writing; what is in flight is ended by the next start. */
  close(): Promise<void>;
}

/** The server with everything behind it, except clusters. */
export function createApplication(options: ApplicationOptions): Application {
  const { state, token, address, compute, volumes } = options;
  const database = new Database(join(state, 'runs.sqlite'));
  const [jobs, runs, tasks] = [new JobStore(database), new RunStore(database), new TaskStore(database)];
  const secrets = new SecretStore(database.connection);
  const workspace = new Workspace({ root: options.workspace, mounts: options.mounts });
  const dbfs = new Dbfs(options.dbfs);
  const outputs = join(state, 'outputs');
  const files = new Storage({ workspace, dbfs, volumes });
  const runner = new TaskRunner({ tasks, compute, files, readSecrets: () => secrets.readAll(), outputs });
  const scheduler = new Scheduler({ jobs, runs, tasks, runner, compute, address });
  const hasJob = (jobId: number) => jobs.readJob(jobId) !== undefined;
  const known = { hasJob, hasCluster: (clusterId: string) => compute.hasCluster(clusterId) };
  const server = createServer({
    token,
    faults: options.faults,
    groups: [
      runRoutes({ runs, tasks, scheduler, known, address, outputs }),
      jobRoutes({ jobs, runs, scheduler, known }),
      permissionRoutes({ connection: database.connection, hasJob }),
      options.clusterRoutes,
      workspaceRoutes(workspace),
      dbfsRoutes(dbfs),
      secretRoutes(secrets),
    ],
    plugins: [
      workspacePlugin(workspace),
      volumeRoutes(volumes),
      identityRoutes(),
      refusedGroups(),
      pageRoutes({ runs, tasks, scheduler, outputs }),
    ],
  });
  return {
    server,
    scheduler,
    close: async () => {
      scheduler.close();
      await server.close();
      database.close();
    },
  };
}
