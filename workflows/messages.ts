import { defineQuery } from '@temporalio/workflow';
import type { RunProgress } from '../domain/run.ts';

/** How far a run is, step by step. Answers after the run has ended, too. */
export const progressQuery = defineQuery<RunProgress>('progress');
