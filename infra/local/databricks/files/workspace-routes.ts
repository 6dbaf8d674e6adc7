import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import { z } from 'zod';
import { ApiError, invalidParameter } from '../errors.ts';
import { check, flag } from '../jobs/check.ts';
import type { RouteGroup } from '../route.ts';
import { parseMultipart } from './multipart.ts';
import { NOTEBOOK_EXTENSIONS, type NotebookLanguage } from './notebook-file.ts';
import { objectIdOf, readContent, type Workspace, type WorkspaceObject } from './workspace.ts';

/** Import, export and folders of the workspace. */

const path = z.string();
const pathSchema = z.looseObject({ path, recursive: flag.default(false) });
const exportSchema = z.looseObject({
  path,
  format: z.string().default('SOURCE'),
  direct_download: flag.default(false),
});
const importSchema = z.looseObject({
  path,
  format: z.string().default('SOURCE'),
  language: z.string().optional(),
  content: z.string().default(''),
  overwrite: flag.default(false),
});

export function workspaceRoutes(workspace: Workspace): RouteGroup {
  const readPath = (parameters: unknown) => check(pathSchema, parameters).path;
  return {
    versions: ['2.0'],
    routes: {
      'GET workspace/get-status': ({ parameters }) => describe(workspace.require(readPath(parameters))),
      'GET workspace/list': ({ parameters }) => ({ objects: workspace.list(readPath(parameters)).map(describe) }),
      'POST workspace/mkdirs': ({ parameters }) => {
        workspace.makeFolders(readPath(parameters));
        return {};
      },
      'POST workspace/delete': ({ parameters }) => {
        const target = check(pathSchema, parameters);
        workspace.remove(target.path, target.recursive);
        return {};
      },
    },
  };
}

/** What has bodies that are no JSON. */
export function workspacePlugin(workspace: Workspace): FastifyPluginCallback {
  return (server, _options, done) => {
    // The SDK's `upload` sends a form, other callers JSON.
    server.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, body, next) => {
      next(null, parseMultipart(request.headers['content-type'] ?? '', body as Buffer));
    });
    server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, next) =>
      next(null, body),
    );
    server.post('/api/2.0/workspace/import', (request) => importObject(workspace, request.body));
    server.get('/api/2.0/workspace/export', (request, reply) =>
      exportObject(workspace, { ...(request.query as object), ...(request.body as object | undefined) }, reply),
    );
    server.post('/api/2.0/workspace-files/import-file/*', (request) => {
      const target = { path: `/${(request.params as { '*': string })['*']}`, ...(request.query as object) };
      const { path: file, overwrite } = check(importSchema, target);
      const content = Buffer.isBuffer(request.body) ? request.body : Buffer.from(JSON.stringify(request.body ?? ''));
      workspace.write(file, content, { overwrite });
      return {};
    });
    server.get('/api/2.0/workspace-files/*', (request, reply) => {
      const object = workspace.require(`/${(request.params as { '*': string })['*']}`);
      return reply.type('application/octet-stream').send(readContent(object));
    });
    done();
  };
}

function importObject(workspace: Workspace, body: unknown): object {
  const { path: target, format, language, content, overwrite } = check(importSchema, toImport(body));
  const bytes = Buffer.from(content, 'base64');
  if (format === 'SOURCE') workspace.write(target, bytes, { language: parseLanguage(language), overwrite });
  else if (format === 'AUTO' || format === 'RAW') workspace.write(target, bytes, { overwrite });
  else throw new ApiError(400, 'INVALID_PARAMETER_VALUE', `format ${format} is not served by this local server`);
  return {};
}

/** A form has the content as it is. */
function toImport(body: unknown): unknown {
  if (!(body instanceof Map)) return body;
  const fields = [...(body as Map<string, Buffer>)].map(([name, value]) => [
    name,
    value.toString(name === 'content' ? 'base64' : 'utf8'),
  ]);
  return Object.fromEntries(fields);
}

function parseLanguage(language: string | undefined): NotebookLanguage {
  if (language === undefined) throw invalidParameter('language: format SOURCE needs one');
  if (language in NOTEBOOK_EXTENSIONS) return language as NotebookLanguage;
  throw invalidParameter(`language ${language} is not served by this local server, only PYTHON and SQL`);
}

function exportObject(workspace: Workspace, query: unknown, reply: FastifyReply): FastifyReply {
  const { path: target, format, direct_download: direct } = check(exportSchema, query);
  if (!['SOURCE', 'AUTO', 'RAW'].includes(format))
    throw invalidParameter(`format ${format} is not served by this local server`);
  const object = workspace.require(target);
  if (object.type === 'DIRECTORY')
    throw invalidParameter(`Path (${target}) is a folder, which cannot be exported here`);
  const content = readContent(object);
  if (direct) return reply.type('application/octet-stream').send(content);
  return reply.send({ content: content.toString('base64'), file_type: object.file.split('.').at(-1) ?? '' });
}

function describe({ path: target, type, language, stats }: WorkspaceObject): object {
  const id = objectIdOf(target);
  return {
    path: target,
    object_type: type,
    object_id: id,
    resource_id: String(id),
    ...(language !== undefined && { language }),
    ...(type === 'FILE' && { size: stats.size }),
    created_at: Math.round(stats.birthtimeMs),
    modified_at: Math.round(stats.mtimeMs),
  };
}
