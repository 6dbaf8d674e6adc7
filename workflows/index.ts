export { checkMirror } from './check-mirror.ts';
export { dispatchDaily } from './dispatch-daily.ts';
export { publishDag } from './publish-dag.ts';
export { readMwaa } from './read-mwaa.ts';
export { resetPipeline } from './reset-pipeline.ts';
export { runPipeline } from './run-pipeline.ts';
export { sweepRuns } from './sweep-runs.ts';
export { triggerDag } from './trigger-dag.ts';
