import type { ErrorRow } from './errors.ts';

/** The rows of the error table that are about the local environment. */
export const LOCAL_ERRORS = {
  PREREQUISITE_MISSING: {
    retryable: false,
    summary: 'a program that Pinflow needs is missing or too old',
    remedy: 'install the program and version named in the message, then run the command again',
  },
  SETUP_FAILED: {
    retryable: false,
    summary: 'a part of the local environment could not be installed',
    remedy:
      'read the last lines of the installer in the message; what is installed already is kept, so run the command again',
  },
  PORT_TAKEN: {
    retryable: false,
    summary: 'a port that was asked for by name is used by another process',
    remedy: 'stop the other process, set the variable to another port, or leave it unset to have a free one picked',
  },
  STACK_IN_USE: {
    retryable: false,
    summary: 'the local stack of this checkout belongs to another running command',
    remedy: 'wait for the command named in the message to end, or stop it',
  },
  PROCESS_ENDED: {
    retryable: false,
    summary: 'an engine or the worker ended while a command needed it',
    remedy: 'read the log file named in the message, then run the command again',
  },
  ENGINE_NOT_READY: {
    retryable: false,
    summary: 'an engine of the local stack did not become ready',
    remedy: 'read the log file named in the message',
  },
} as const satisfies Record<string, ErrorRow>;
