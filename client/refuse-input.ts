import { PinflowError } from '../domain/errors.ts';

/** Bad input starts nothing. @throws PinflowError INPUT_INVALID with all that is wrong */
export function refuseInput(problems: readonly string[]): void {
  if (problems.length > 0) throw new PinflowError('INPUT_INVALID', problems.join('; '));
}
