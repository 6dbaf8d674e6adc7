import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/schema.ts';
import { PinflowError } from '../domain/errors.ts';

/** Connects to Temporal. @throws PinflowError TEMPORAL_UNAVAILABLE naming the address that did not answer */
export async function connectClient({ address, namespace }: Config['temporal']): Promise<Client> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '5 seconds' });
    return new Client({ connection, namespace });
  } catch (error) {
    throw new PinflowError('TEMPORAL_UNAVAILABLE', `no Temporal server answers at "${address}"`, { cause: error });
  }
}
