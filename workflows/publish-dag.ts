import { findPublishProblems, type PublishInput, type PublishResult } from '../domain/mwaa.ts';
import { failWorkflow } from './fail-workflow.ts';
import { mwaa, patientMwaa } from './proxies.ts';

/**
 * Brings a generated DAG to Airflow on MWAA. The requirements come first: a file whose imports are not installed yet is an
 * import error to everybody. The same publish again changes nothing (I6).
 */
export async function publishDag(input: PublishInput): Promise<PublishResult> {
  const problems = findPublishProblems(input);
  if (problems.length > 0) throw failWorkflow('INPUT_INVALID', problems.join('; '));
  const { pipeline, dag } = input;
  await patientMwaa.awaitEnvironment();
  const requirements = input.requirements === undefined ? 'none' : await publishRequirements(input.requirements);
  const uploaded = await mwaa.uploadDag({ pipeline, dag });
  await patientMwaa.awaitDag(uploaded);
  return { key: uploaded.key, dag: uploaded.isChanged ? 'changed' : 'unchanged', requirements };
}

async function publishRequirements(text: string): Promise<'changed' | 'unchanged'> {
  const wanted = await mwaa.uploadRequirements(text);
  if ((await mwaa.requestUpdate(wanted)) === 'unchanged') return 'unchanged';
  await patientMwaa.awaitEnvironment(wanted);
  return 'changed';
}
