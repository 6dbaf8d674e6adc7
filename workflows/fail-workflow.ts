import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { type ErrorCode, ERRORS } from '../domain/errors.ts';

/** What a workflow throws to fail with an error of the table; anything else would fail its task, which is tried for ever. */
export function failWorkflow(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${message}; ${ERRORS[code].remedy}`, code);
}

/** Fails with all that is wrong, where something is. */
export function refuseInput(problems: readonly string[]): void {
  if (problems.length > 0) throw failWorkflow('INPUT_INVALID', problems.join('; '));
}

/** The plan that was made of an input, in a workflow whose id follows from the plan. */
export function requirePlan<Plan>(
  checked: { readonly plan: Plan } | { readonly problems: readonly string[] },
  toWorkflowId: (plan: Plan) => string,
): Plan {
  if ('problems' in checked) throw failWorkflow('INPUT_INVALID', checked.problems.join('; '));
  const [expected, { workflowId }] = [toWorkflowId(checked.plan), workflowInfo()];
  if (workflowId !== expected)
    throw failWorkflow('INPUT_INVALID', `workflow id: expected "${expected}", got "${workflowId}"`);
  return checked.plan;
}
