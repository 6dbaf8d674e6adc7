import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, invalidParameter } from '../errors.ts';
import { appear, UnfinishedFiles } from './atomic-file.ts';
import { confine, findFileOnWay, splitPath } from './confine.ts';
import { listVolumeFolder } from './list-volume-folder.ts';
import { presignedUrlRoutes } from './presigned-urls.ts';

type PathRequest = FastifyRequest<{ Params: { readonly '*': string } }>;

interface Target {
  readonly path: string;
  /** Below the folder of `/Volumes`. */
  readonly parts: readonly string[];
  readonly file: string;
}

/** The Files API: raw bytes of files below `/Volumes`, streamed, however large. */
export function volumeRoutes(root: string): FastifyPluginCallback {
  return (server, _options, done) => {
    mkdirSync(root, { recursive: true });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, payload, next) => next(null, payload));
    addFileRoutes(server, root);
    addFolderRoutes(server, root);
    void server.register(presignedUrlRoutes());
    done();
  };
}

/** Where a path below `/Volumes` is on this machine, whether it exists or not. */
export function locateVolumeFile(root: string, path: string): string {
  return confine(root, splitVolumePath(path));
}

function addFileRoutes(server: Parameters<FastifyPluginCallback>[0], root: string): void {
  const url = '/api/2.0/fs/files/*';
  const unfinished = new UnfinishedFiles(root);
  // Before GET, whose stream would be read for nothing.
  server.head(url, (request: PathRequest, reply) => {
    const { size, mtime } = requireKind(targetOf(root, request), 'file');
    return reply.headers({ ...describeFile(mtime), 'content-length': size }).send();
  });
  server.get(url, (request: PathRequest, reply) => sendFile(targetOf(root, request), request, reply));
  server.put(url, async (request: PathRequest, reply) => {
    const target = targetOf(root, request);
    const { overwrite } = request.query as { readonly overwrite?: string };
    const requirePlace = () => requireNewPlace(root, target, overwrite?.toLowerCase() === 'true');
    requirePlace();
    const upload = unfinished.next();
    try {
      await pipeline((request.body ?? []) as Readable, createWriteStream(upload));
      // Others wrote while this file came in.
      requirePlace();
      appear(upload, target.file);
    } finally {
      rmSync(upload, { force: true });
    }
    return reply.status(204).send();
  });
  server.delete(url, (request: PathRequest, reply) => {
    const target = targetOf(root, request);
    requireKind(target, 'file');
    rmSync(target.file);
    return reply.status(204).send();
  });
}

function addFolderRoutes(server: Parameters<FastifyPluginCallback>[0], root: string): void {
  const url = '/api/2.0/fs/directories/*';
  server.get(url, (request: PathRequest, reply) => {
    const target = targetOf(root, request);
    requireKind(target, 'folder');
    return reply.send(listVolumeFolder({ root, ...target, query: request.query }));
  });
  server.put(url, (request: PathRequest, reply) => {
    const { parts, file } = targetOf(root, request);
    requireWay(root, parts);
    mkdirSync(file, { recursive: true });
    return reply.status(204).send();
  });
  server.delete(url, (request: PathRequest, reply) => {
    const target = targetOf(root, request);
    requireKind(target, 'folder');
    if (target.parts.length === 0) throw invalidParameter('/Volumes cannot be deleted');
    if (readdirSync(target.file).length > 0)
      throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `The folder ${target.path} is not empty.`);
    rmdirSync(target.file);
    return reply.status(204).send();
  });
}

function targetOf(root: string, request: PathRequest): Target {
  const parts = splitVolumePath(`/${request.params['*']}`);
  return { path: join('/Volumes', ...parts), parts, file: confine(root, parts) };
}

function splitVolumePath(path: string): string[] {
  const [top, ...parts] = splitPath(path);
  if (top !== 'Volumes') throw invalidParameter(`Path (${path}) is not below /Volumes`);
  return parts;
}

function requireKind({ path, file }: Target, kind: 'file' | 'folder'): Stats {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || (kind === 'folder' ? !stats.isDirectory() : !stats.isFile()))
    throw new ApiError(404, 'NOT_FOUND', `The ${kind} being accessed is not found: ${path}`);
  return stats;
}

function requireNewPlace(root: string, { path, parts, file }: Target, overwrite: boolean): void {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known !== undefined && (known.isDirectory() || !overwrite)) throw exists(path);
  requireWay(root, parts.slice(0, -1));
}

function requireWay(root: string, parts: readonly string[]): void {
  const blocking = findFileOnWay(root, parts);
  if (blocking !== undefined) throw exists(`/Volumes${blocking}`);
}

function exists(path: string): ApiError {
  return new ApiError(409, 'ALREADY_EXISTS', `A file or folder already exists: ${path}`);
}

function describeFile(mtime: Date): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'last-modified': mtime.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function sendFile(target: Target, { headers }: PathRequest, reply: FastifyReply): FastifyReply {
  const { size, mtime } = requireKind(target, 'file');
  // The SDK goes on with an interrupted download only if the file is the same; HTTP dates have no milliseconds.
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  if (Math.floor(mtime.getTime() / 1000) * 1000 > unmodifiedSince)
    throw new ApiError(412, 'FAILED_PRECONDITION', `The file has changed: ${target.path}`);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = Math.min(to ? Number(to) : size - 1, size - 1);
  if (from !== undefined && start > end)
    throw new ApiError(416, 'INVALID_PARAMETER_VALUE', `the file has ${size} bytes`);
  void reply.headers({ ...describeFile(mtime), 'content-length': end - start + 1 });
  if (from !== undefined) void reply.status(206).header('content-range', `bytes ${start}-${end}/${size}`);
  return reply.send(createReadStream(target.file, { start, end: Math.max(end, 0) }));
}
