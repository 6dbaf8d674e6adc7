import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { BackfillProgress } from '../domain/backfill.ts';
import type { LedgerView, RunProgress } from '../domain/run.ts';
import type { StreamProgress } from '../domain/stream.ts';

/** How far a run is, step by step. Answers after the run has ended, too. */
export const progressQuery = defineQuery<RunProgress>('progress');

/** What a run has counted so far. Answers after the run has ended, too, and for one that failed. */
export const ledgerQuery = defineQuery<LedgerView>('ledger');

/** How far a backfill is. Answers after it has ended, too. */
export const backfillProgressQuery = defineQuery<BackfillProgress>('progress');

/** Begins no further date; those that run go on. */
export const pauseUpdate = defineUpdate<BackfillProgress>('pause');

export const resumeUpdate = defineUpdate<BackfillProgress>('resume');

/** How many dates run at a time from now on. */
export const resizeUpdate = defineUpdate<BackfillProgress, [number]>('resize');

/** How a stream is. Answers after it has ended, too. */
export const streamProgressQuery = defineQuery<StreamProgress>('progress');

/** Sends no more posts for now; what was sent is read. */
export const pauseStreamUpdate = defineUpdate<StreamProgress>('pause');

export const resumeStreamUpdate = defineUpdate<StreamProgress>('resume');

/** Sends no more posts, reads what there is and ends. */
export const stopUpdate = defineUpdate<StreamProgress>('stop');

/** How many posts are sent in a second from now on. */
export const rateUpdate = defineUpdate<StreamProgress, [number]>('rate');
