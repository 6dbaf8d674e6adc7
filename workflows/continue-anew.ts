import { makeContinueAsNewFunc, type Workflow, workflowInfo } from '@temporalio/workflow';

/** Whether history has grown so much, or workers are so much newer, that another run of the workflow has to go on. */
export function hasToContinue(): boolean {
  const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged: isOld } = workflowInfo();
  return continueAsNewSuggested || isOld === true;
}

/** The next run of the workflow begins on the workers' newest version, as what goes on in many runs may take weeks. */
export function continueAnew<F extends Workflow>(...args: Parameters<F>): Promise<never> {
  return makeContinueAsNewFunc<F>({ initialVersioningBehavior: 'AUTO_UPGRADE' })(...args);
}
