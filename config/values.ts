import { z } from 'zod';
import { isNamePattern } from '../domain/name-patterns.ts';
import { QUEUES } from '../domain/queues.ts';
import { findStreamTemplateProblem } from '../domain/stream-names.ts';

/** What the value of a variable may look like. */

export const port = z.coerce.number().int().min(1).max(65_535);
export const url = z.url({ protocol: /^https?$/ });
export const storageUri = z.string().regex(/^(s3|file):\/\/[^ ]+$/, 'expected an s3:// or file:// URI');
export const wholeNumber = z.coerce.number().int().min(1);
export const brokers = z
  .string()
  .regex(/^[^\s,]+:\d+(\s*,\s*[^\s,]+:\d+)*$/, 'expected host:port, several separated by commas');

/** Temporal joins the name to the build with a period, so the name has none. */
export const deploymentName = z.string().regex(/^[\w-]+$/, 'expected letters, digits, hyphens and underscores');

export const queues = z
  .string()
  .refine((text) => splitList(text).every((name) => QUEUES.some((queue) => queue === name)), {
    error: `expected ${QUEUES.join(', ')}, or some of them, separated by commas`,
  });

export const namePatterns = z.string().refine((text) => splitList(text).every(isNamePattern), {
  error: 'expected names in which * stands for any characters, several separated by commas',
});

export const streamNames = z.string().superRefine((template, context) => {
  const problem = findStreamTemplateProblem(template);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

export function splitList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
