import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { doesNotExist } from '../errors.ts';
import type { RouteGroup } from '../route.ts';
import { check, parseJobId } from './check.ts';

export interface PermissionOptions {
  readonly connection: DatabaseSync;
  readonly hasJob: (jobId: number) => boolean;
}

const LEVELS = ['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE', 'IS_OWNER'];
const PRINCIPALS = ['user_name', 'group_name', 'service_principal_name'] as const;

const entry = z
  .object({
    user_name: z.string().optional(),
    group_name: z.string().optional(),
    service_principal_name: z.string().optional(),
    permission_level: z.enum(LEVELS),
  })
  .refine((given) => PRINCIPALS.filter((name) => given[name] !== undefined).length === 1, {
    message: `must name one of ${PRINCIPALS.join(', ')}`,
  });
type Entry = z.output<typeof entry>;
const listSchema = z.looseObject({ access_control_list: z.array(entry).default([]) });

/** Permissions of jobs: kept and told, and without any effect, because there is one user. */
export function permissionRoutes({ connection, hasJob }: PermissionOptions): RouteGroup {
  connection.exec('create table if not exists permissions (jobId integer primary key, list text not null)');
  const read = (jobId: number): Entry[] => {
    const row = connection.prepare('select list from permissions where jobId = ?').get(jobId);
    return row === undefined ? [] : (JSON.parse(String(row['list'])) as Entry[]);
  };
  /** Of two entries for the same principal the later one counts. */
  const write = (jobId: number, entries: readonly Entry[]): object => {
    const list = [...new Map(entries.map((given) => [principalOf(given), given])).values()];
    const insert = connection.prepare('insert or replace into permissions (jobId, list) values (?, ?)');
    insert.run(jobId, JSON.stringify(list));
    return describe(jobId, list);
  };
  const requireJob = (parameters: unknown): number => {
    const jobId = parseJobId(parameters);
    if (!hasJob(jobId)) throw doesNotExist('Job', jobId);
    return jobId;
  };
  return {
    versions: ['2.0'],
    routes: {
      'GET permissions/jobs/:job_id': ({ parameters }) => {
        const jobId = requireJob(parameters);
        return describe(jobId, read(jobId));
      },
      'PUT permissions/jobs/:job_id': ({ parameters }) =>
        write(requireJob(parameters), check(listSchema, parameters).access_control_list),
      'PATCH permissions/jobs/:job_id': ({ parameters }) => {
        const jobId = requireJob(parameters);
        return write(jobId, [...read(jobId), ...check(listSchema, parameters).access_control_list]);
      },
    },
  };
}

function principalOf(given: Entry): string {
  return JSON.stringify(PRINCIPALS.map((name) => given[name]));
}

function describe(jobId: number, list: readonly Entry[]): object {
  const shown = list.map(({ permission_level: level, ...principal }) => ({
    ...principal,
    all_permissions: [{ permission_level: level, inherited: false }],
  }));
  return { object_id: `/jobs/${jobId}`, object_type: 'job', access_control_list: shown };
}
