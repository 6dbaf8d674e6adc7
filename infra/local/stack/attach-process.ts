import { isSameProcess, type ProcessIdentity } from './process-identity.ts';
import { type AttachedRecord, updateRecord } from './stack-record.ts';

/** Puts a process that uses the engines on record, or puts it down as it is now. */
export function attachProcess(stateDirectory: string, attached: AttachedRecord): void {
  updateRecord(stateDirectory, (record) => ({
    ...record,
    attached: [...record.attached.filter((other) => !isSameProcess(other, attached)), attached],
  }));
}

/** Strikes a process off that has ended. */
export function detachProcess(stateDirectory: string, ended: ProcessIdentity): void {
  updateRecord(stateDirectory, (record) => ({
    ...record,
    attached: record.attached.filter((other) => !isSameProcess(other, ended)),
  }));
}
