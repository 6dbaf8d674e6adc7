import { z } from 'zod';
import { invalidParameter } from '../errors.ts';

/** Values as clients send them: numbers and booleans may be text. */
export const wholeNumber = z.coerce.number().int();
export const flag = z.union([z.boolean(), z.stringbool()]);
const id = wholeNumber.positive();

/**
 * A field that is null counts as absent, wherever it is: that is how the platform reads JSON.
 * @throws ApiError INVALID_PARAMETER_VALUE with every problem and where it is
 */
export function check<T>(schema: z.ZodType<T>, input: unknown): T {
  const checked = schema.safeParse(dropNulls(input ?? {}));
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
  throw invalidParameter(problems.join('; '));
}

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([name, inner]) => [name, dropNulls(inner)]));
}

export function parseRunId(parameters: unknown): number {
  return check(z.looseObject({ run_id: id }), parameters).run_id;
}

export function parseJobId(parameters: unknown): number {
  return check(z.looseObject({ job_id: id }), parameters).job_id;
}

const tokenSchema = z.looseObject({
  idempotency_token: z.string().max(64, 'must have at most 64 characters').optional(),
});

/** Looked at before anything else, because a known token answers for any body. An empty one is none. */
export function parseToken(parameters: unknown): string | undefined {
  return check(tokenSchema, parameters).idempotency_token || undefined;
}
