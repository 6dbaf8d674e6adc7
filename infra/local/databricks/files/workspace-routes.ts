import { extname } from 'node:path';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check, flag } from '../jobs/check.ts';
import type { RouteGroup } from '../route.ts';
import { base64 } from './base64.ts';
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
  content: base64.default(Buffer.alloc(0)),
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
    server.post('/api/2.0/workspace/import', (request) => importObject(workspace, request.body));
    server.get('/api/2.0/workspace/export', (request, reply) =>
      exportObject(workspace, { ...(request.query as object), ...(request.body as object | undefined) }, reply),
    );
    void server.register(filePlugin(workspace));
    done();
  };
}

/** Files as they are, whatever the client calls their content: a file that is JSON comes back byte by byte, too. */
function filePlugin(workspace: Workspace): FastifyPluginCallback {
  return (server, _options, done) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));
    server.post('/api/2.0/workspace-files/import-file/*', (request) => {
      const target = { ...(request.query as object), path: wildcardOf(request) };
      const { path: file, overwrite } = check(importSchema, target);
      workspace.write(file, (request.body as Buffer | undefined) ?? Buffer.alloc(0), { overwrite });
      return {};
    });
    server.get('/api/2.0/workspace-files/*', (request, reply) => {
      const object = requireContent(workspace, wildcardOf(request));
      return reply.type('application/octet-stream').send(readContent(object));
    });
    done();
  };
}

function wildcardOf({ params }: FastifyRequest): string {
  return `/${(params as { readonly '*': string })['*']}`;
}

function importObject(workspace: Workspace, body: unknown): object {
  const { path: target, format, language, content, overwrite } = check(importSchema, toImport(body));
  if (format === 'SOURCE') workspace.write(target, content, { language: parseLanguage(language), overwrite });
  else if (format === 'AUTO' || format === 'RAW') workspace.write(target, content, { overwrite });
  else throw invalidParameter(`format ${format} is not served by this local server`);
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
  if (Object.hasOwn(NOTEBOOK_EXTENSIONS, language)) return language as NotebookLanguage;
  throw invalidParameter(`language ${language} is not served by this local server, only PYTHON and SQL`);
}

function exportObject(workspace: Workspace, query: unknown, reply: FastifyReply): FastifyReply {
  const { path: target, format, direct_download: direct } = check(exportSchema, query);
  if (!['SOURCE', 'AUTO', 'RAW'].includes(format))
    throw invalidParameter(`format ${format} is not served by this local server`);
  const object = requireContent(workspace, target);
  const content = readContent(object);
  if (direct) return reply.type('application/octet-stream').send(content);
  return reply.send({ content: content.toString('base64'), file_type: extname(object.file).slice(1) });
}

function requireContent(workspace: Workspace, target: string): WorkspaceObject {
  const object = workspace.require(target);
  if (object.type === 'DIRECTORY')
    throw invalidParameter(`Path (${target}) is a folder, which cannot be exported here`);
  return object;
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
