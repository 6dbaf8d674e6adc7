import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, invalidParameter } from '../errors.ts';
import { isPart, partOf } from './atomic-file.ts';
import { confine, splitPath } from './confine.ts';

type PathRequest = FastifyRequest<{ Params: { readonly '*': string } }>;

/** The Files API: raw bytes of files below `/Volumes`, streamed, however large. */
export function volumeRoutes(root: string): FastifyPluginCallback {
  return (server, _options, done) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, payload, next) => next(null, payload));
    const at = (request: PathRequest) => locateVolumeFile(root, `/${request.params['*']}`);
    server.get('/api/2.0/fs/files/*', (request: PathRequest, reply) => sendFile(at(request), request, reply));
    server.put('/api/2.0/fs/files/*', (request: PathRequest, reply) => receiveFile(at(request), request, reply));
    server.delete('/api/2.0/fs/files/*', (request: PathRequest, reply) => {
      requireKind(at(request), 'file');
      rmSync(at(request));
      return reply.status(204).send();
    });
    server.get('/api/2.0/fs/directories/*', (request: PathRequest, reply) => {
      requireKind(at(request), 'folder');
      return reply.send({ contents: listFolder(at(request), `/${request.params['*'].replace(/\/$/, '')}`) });
    });
    server.put('/api/2.0/fs/directories/*', (request: PathRequest, reply) => {
      mkdirSync(at(request), { recursive: true });
      return reply.status(204).send();
    });
    server.delete('/api/2.0/fs/directories/*', (request: PathRequest, reply) => {
      requireKind(at(request), 'folder');
      if (readdirSync(at(request)).length > 0)
        throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', 'the folder is not empty');
      rmdirSync(at(request));
      return reply.status(204).send();
    });
    done();
  };
}

/** Where a path below `/Volumes` is on this machine, whether it exists or not. */
export function locateVolumeFile(root: string, path: string): string {
  const [top, ...parts] = splitPath(path);
  if (top !== 'Volumes') throw invalidParameter(`Path (${path}) is not below /Volumes`);
  return confine(root, parts);
}

function requireKind(file: string, kind: 'file' | 'folder'): Stats {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory() !== (kind === 'folder'))
    throw new ApiError(404, 'NOT_FOUND', `The ${kind} being accessed is not found.`);
  return stats;
}

function sendFile(file: string, { headers }: PathRequest, reply: FastifyReply): FastifyReply {
  const { size, mtime } = requireKind(file, 'file');
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = Math.min(to ? Number(to) : size - 1, size - 1);
  if (from !== undefined && start > end)
    throw new ApiError(416, 'INVALID_PARAMETER_VALUE', `the file has ${size} bytes`);
  void reply
    .type('application/octet-stream')
    .headers({ 'last-modified': mtime.toUTCString(), 'content-length': end - start + 1, 'accept-ranges': 'bytes' });
  if (from !== undefined) void reply.status(206).header('content-range', `bytes ${start}-${end}/${size}`);
  return reply.send(createReadStream(file, { start, end: Math.max(end, 0) }));
}

async function receiveFile(file: string, request: PathRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { overwrite } = request.query as { readonly overwrite?: string };
  const known = statSync(file, { throwIfNoEntry: false });
  if (known !== undefined && (known.isDirectory() || overwrite?.toLowerCase() !== 'true'))
    throw new ApiError(409, 'ALREADY_EXISTS', `The file ${basename(file)} already exists.`);
  mkdirSync(dirname(file), { recursive: true });
  const part = partOf(file);
  try {
    await pipeline((request.body ?? []) as Readable, createWriteStream(part));
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  return reply.status(204).send();
}

function listFolder(folder: string, path: string): object[] {
  const names = readdirSync(folder).filter((name) => !isPart(name));
  return names.sort().map((name) => {
    const stats = statSync(join(folder, name));
    const file = { file_size: stats.size, last_modified: Math.round(stats.mtimeMs) };
    return { path: `${path}/${name}`, name, is_directory: stats.isDirectory(), ...(stats.isFile() && file) };
  });
}
