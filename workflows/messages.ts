import { defineQuery } from '@temporalio/workflow';
import type { LedgerView, RunProgress } from '../domain/run.ts';

/** How far a run is, step by step. Answers after the run has ended, too. */
export const progressQuery = defineQuery<RunProgress>('progress');

/** What a run has counted so far. Answers after the run has ended, too, and for one that failed. */
export const ledgerQuery = defineQuery<LedgerView>('ledger');
