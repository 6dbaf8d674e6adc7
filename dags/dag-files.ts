import { PinflowError } from '../domain/errors.ts';
import { dagId } from '../domain/names.ts';
import { renderDag } from './render.ts';
import { SCHEDULES } from './schedules.ts';
import { type DailyDag, findDagProblems, FLAVOURS } from './spec.ts';

export interface DagFile {
  /** Below `dags/generated`. */
  readonly path: string;
  readonly text: string;
}

/** What the Databricks flavour needs on MWAA, which adds its own constraints to a file that names none. */
const REQUIREMENTS: DagFile = {
  path: 'databricks/requirements.txt',
  text: 'apache-airflow-providers-databricks\n',
};

/** Every generated file. @throws PinflowError INPUT_INVALID naming every bad field of every schedule */
export function listDagFiles(today: string, dags: readonly DailyDag[] = SCHEDULES): DagFile[] {
  const problems = dags.flatMap((dag) =>
    findDagProblems(dag, today).map((problem) => `schedule of "${dag.schedule.pipeline}": ${problem}`),
  );
  const pipelines = dags.map(({ schedule }) => schedule.pipeline);
  const repeated = pipelines.filter((pipeline, index) => pipelines.indexOf(pipeline) !== index);
  problems.push(...repeated.map((pipeline) => `pipeline "${pipeline}" has more than one schedule`));
  if (problems.length > 0) throw new PinflowError('INPUT_INVALID', problems.join('; '));
  const files = dags.flatMap((dag) =>
    FLAVOURS.map((flavour) => ({
      path: `${flavour}/${dagId(dag.schedule.pipeline)}.py`,
      text: renderDag(dag, flavour),
    })),
  );
  return [...files, REQUIREMENTS];
}
