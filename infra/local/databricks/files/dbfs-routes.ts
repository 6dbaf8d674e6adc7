import { z } from 'zod';
import { ApiError } from '../errors.ts';
import { check, flag, wholeNumber } from '../jobs/check.ts';
import type { Handler, RouteGroup } from '../route.ts';
import { base64 } from './base64.ts';
import { BLOCK_BYTES, type Dbfs, type DbfsEntry } from './dbfs.ts';

const path = z.string();
const overwrite = flag.default(false);
const requests = {
  path: z.looseObject({ path }),
  create: z.looseObject({ path, overwrite }),
  addBlock: z.looseObject({ handle: wholeNumber, data: base64 }),
  close: z.looseObject({ handle: wholeNumber }),
  put: z.looseObject({ path, overwrite, contents: base64.default(Buffer.alloc(0)) }),
  read: z.looseObject({ path, offset: wholeNumber.min(0).default(0), length: wholeNumber.min(0).default(512 * 1024) }),
  move: z.looseObject({ source_path: path, destination_path: path }),
  remove: z.looseObject({ path, recursive: flag.default(false) }),
};

export function dbfsRoutes(dbfs: Dbfs): RouteGroup {
  return {
    versions: ['2.0'],
    routes: {
      'GET dbfs/get-status': ({ parameters }) => describe(dbfs.require(check(requests.path, parameters).path)),
      'GET dbfs/list': ({ parameters }) => ({ files: dbfs.list(check(requests.path, parameters).path).map(describe) }),
      'GET dbfs/read': ({ parameters }) => {
        const { path: file, ...range } = check(requests.read, parameters);
        const data = dbfs.read(file, range);
        return { bytes_read: data.length, data: data.toString('base64') };
      },
      'POST dbfs/create': ({ parameters }) => {
        const target = check(requests.create, parameters);
        return { handle: dbfs.create(target.path, target.overwrite) };
      },
      'POST dbfs/add-block': answerNothing((parameters) => {
        const { handle, data } = check(requests.addBlock, parameters);
        dbfs.addBlock(handle, data);
      }),
      'POST dbfs/close': answerNothing((parameters) => dbfs.close(check(requests.close, parameters).handle)),
      'POST dbfs/put': answerNothing((parameters) => {
        const target = check(requests.put, parameters);
        if (target.contents.length > BLOCK_BYTES)
          throw new ApiError(400, 'MAX_BLOCK_SIZE_EXCEEDED', `contents are larger than ${BLOCK_BYTES} bytes`);
        dbfs.write(target.path, target.contents, target.overwrite);
      }),
      'POST dbfs/mkdirs': answerNothing((parameters) => dbfs.makeFolders(check(requests.path, parameters).path)),
      'POST dbfs/move': answerNothing((parameters) => {
        const { source_path: from, destination_path: to } = check(requests.move, parameters);
        dbfs.move(from, to);
      }),
      'POST dbfs/delete': answerNothing((parameters) => {
        const target = check(requests.remove, parameters);
        dbfs.remove(target.path, target.recursive);
      }),
    },
  };
}

function answerNothing(run: (parameters: unknown) => void): Handler {
  return ({ parameters }) => {
    run(parameters);
    return {};
  };
}

function describe({ path: file, isFolder, size, modified }: DbfsEntry): object {
  return { path: file, is_dir: isFolder, file_size: size, modification_time: modified };
}
