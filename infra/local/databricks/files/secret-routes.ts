import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check } from '../jobs/check.ts';
import type { RouteGroup } from '../route.ts';
import { base64 } from './base64.ts';
import type { SecretStore } from './secrets.ts';

const scopeSchema = z.looseObject({ scope: z.string() });
const BACKEND = 'DATABRICKS';
const createScopeSchema = z.looseObject({ scope: z.string(), scope_backend_type: z.string().default(BACKEND) });
const keySchema = z.looseObject({ scope: z.string(), key: z.string() });
const putSchema = z.looseObject({
  scope: z.string(),
  key: z.string(),
  string_value: z.string().optional(),
  bytes_value: base64.optional(),
});

export function secretRoutes(secrets: SecretStore): RouteGroup {
  return {
    versions: ['2.0'],
    routes: {
      'POST secrets/scopes/create': ({ parameters }) => {
        const { scope, scope_backend_type: backend } = check(createScopeSchema, parameters);
        if (backend !== BACKEND) throw invalidParameter(`backend ${backend} is not served by this local server`);
        secrets.createScope(scope);
        return {};
      },
      'POST secrets/scopes/delete': ({ parameters }) => {
        secrets.deleteScope(check(scopeSchema, parameters).scope);
        return {};
      },
      'GET secrets/scopes/list': () => ({
        scopes: secrets.listScopes().map((name) => ({ name, backend_type: BACKEND })),
      }),
      'POST secrets/put': ({ parameters }) => {
        const { scope, key, string_value: text, bytes_value: bytes } = check(putSchema, parameters);
        if ((text === undefined) === (bytes === undefined))
          throw invalidParameter('give exactly one of string_value and bytes_value');
        secrets.put(scope, key, bytes ?? Buffer.from(text ?? ''));
        return {};
      },
      'GET secrets/get': ({ parameters }) => {
        const { scope, key } = check(keySchema, parameters);
        return { key, value: secrets.get(scope, key).toString('base64') };
      },
      'POST secrets/delete': ({ parameters }) => {
        const { scope, key } = check(keySchema, parameters);
        secrets.delete(scope, key);
        return {};
      },
      'GET secrets/list': ({ parameters }) => ({
        secrets: secrets
          .list(check(scopeSchema, parameters).scope)
          .map(({ key, updated }) => ({ key, last_updated_timestamp: updated })),
      }),
    },
  };
}
