import { z } from 'zod';

/** Bytes as the API carries them in JSON. Node would skip what is no base64 and give other bytes than were meant. */
export const base64 = z
  .string()
  .refine((text) => !/[^\w+/=\s-]/.test(text), 'is not base64')
  .transform((text) => Buffer.from(text, 'base64'));
