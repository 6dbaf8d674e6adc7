import { PinflowError } from '../../../domain/errors.ts';
import { identifySelf, isRunning, isSameProcess, type ProcessIdentity } from './process-identity.ts';
import { type StackRecord, updateRecord } from './stack-record.ts';

/**
 * Makes this command the owner of the stack, so that no other starts or stops it meanwhile.
 * @returns the record as it was before
 * @throws PinflowError STACK_IN_USE naming the command that holds the stack or has a worker on it
 */
export function claimStack(stateDirectory: string): StackRecord {
  const self = identifySelf();
  let before: StackRecord | undefined;
  updateRecord(stateDirectory, (record) => {
    const holder = findHolder(record, self);
    if (holder !== undefined) {
      throw new PinflowError('STACK_IN_USE', `the stack in "${stateDirectory}" is used by process ${holder.pid}`);
    }
    before = record;
    return { ...record, owner: self };
  });
  if (before === undefined) throw new Error('the record was not read');
  return before;
}

/** Gives the engines of this command up, running or not. */
export function releaseStack(stateDirectory: string): void {
  const self = identifySelf();
  updateRecord(stateDirectory, (record) =>
    record.owner !== null && isSameProcess(record.owner, self) ? { ...record, owner: null } : record,
  );
}

/** A living command other than this one that would lose something if the stack were taken away. */
function findHolder(record: StackRecord, self: ProcessIdentity): ProcessIdentity | undefined {
  return [record.owner, ...record.attached.map(({ owner }) => owner)].find(
    (owner): owner is ProcessIdentity => owner !== null && !isSameProcess(owner, self) && isRunning(owner),
  );
}
