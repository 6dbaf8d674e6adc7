import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check, wholeNumber } from '../jobs/check.ts';
import { isThere } from './confine.ts';

/** The platform's largest page; larger wishes get this one. */
const MAX_PAGE = 1_000;

const querySchema = z.looseObject({
  page_size: wholeNumber.min(0).default(MAX_PAGE),
  page_token: z.string().default(''),
});

export interface VolumeListing {
  readonly root: string;
  readonly path: string;
  readonly file: string;
  readonly query: unknown;
}

/** One page of a folder, by name. */
export function listVolumeFolder({ root, path, file: folder, query }: VolumeListing): object {
  const { page_size: wish, page_token: token } = check(querySchema, query);
  const after = decodeToken(token);
  const names = readdirSync(folder).filter((name) => name > after && isThere(root, join(folder, name)));
  const page = names.sort().slice(0, Math.min(wish || MAX_PAGE, MAX_PAGE));
  const last = page.at(-1);
  return {
    contents: page.map((name) => describe(path, name, join(folder, name))),
    ...(last !== undefined && names.length > page.length && { next_page_token: encodeToken(last) }),
  };
}

/** The last name, not a number: who deletes what a page lists before asking for the next must not skip any. */
function encodeToken(last: string): string {
  return Buffer.from(`after:${last}`).toString('base64url');
}

function decodeToken(token: string): string {
  if (token === '') return '';
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw invalidParameter(`page_token "${token}" was not given by this server`);
  return text.slice('after:'.length);
}

function describe(path: string, name: string, file: string): object {
  const stats = statSync(file);
  const content = { file_size: stats.size, last_modified: Math.round(stats.mtimeMs) };
  return { path: `${path}/${name}`, name, is_directory: stats.isDirectory(), ...(stats.isFile() && content) };
}
