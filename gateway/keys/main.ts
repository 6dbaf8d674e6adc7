import { PinflowError } from '../../domain/errors.ts';
import { createKey } from './create-key.ts';

/** `npm run gateway:key`: makes a key for a caller of the gateway. It is printed once and kept nowhere. */
try {
  const { key, entry } = createKey(process.argv.slice(2));
  console.log(
    `key, shown only here; the caller sends it as x-api-key (the emulator: PINFLOW_GATEWAY_KEY):\n\n${key}\n`,
  );
  console.log(`entry for the array in the file of PINFLOW_GATEWAY_KEYS:\n\n${JSON.stringify(entry, null, 2)}`);
} catch (error) {
  if (!(error instanceof PinflowError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
