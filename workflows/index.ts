export { dispatchDaily } from './dispatch-daily.ts';
export { resetPipeline } from './reset-pipeline.ts';
export { runPipeline } from './run-pipeline.ts';
export { sweepRuns } from './sweep-runs.ts';
