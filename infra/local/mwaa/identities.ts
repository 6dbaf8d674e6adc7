import { AIRFLOW_ROLES, type AirflowRole } from './airflow/airflow-users.ts';
import { denied } from './service-error.ts';

/** One statement of an IAM policy, in the policy's own words; only permissions are known here. */
export interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Who an access key belongs to, and what that may do. */
export interface Identity {
  readonly accessKeyId: string;
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

/** Everything of MWAA, with the given role in Airflow. */
export function allowWithRole(role: AirflowRole): PolicyStatement[] {
  return [
    { Effect: 'Allow', Action: ['airflow:*Environment*', 'airflow:CreateCliToken'], Resource: ['*'] },
    {
      Effect: 'Allow',
      Action: ['airflow:CreateWebLoginToken', 'airflow:InvokeRestApi'],
      Resource: [`arn:aws:airflow:*:*:role/*/${role}`],
    },
  ];
}

/** @throws ServiceError 403 for a request without a signature, or with that of nobody known */
export function findIdentity(authorization: string | undefined, identities: readonly Identity[]): Identity {
  const key = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(authorization ?? '')?.[1];
  if (key === undefined) throw denied('Missing Authentication Token');
  const identity = identities.find(({ accessKeyId }) => accessKeyId === key);
  if (identity === undefined) throw denied('The security token included in the request is invalid.');
  return identity;
}

/** @throws ServiceError AccessDeniedException in the words of IAM */
export function checkAccess({ arn, statements }: Identity, action: string, resource: string): void {
  if (!allows(statements, action, resource)) {
    throw denied(
      `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
  }
}

/** The highest role in Airflow for which the policy allows the action. @throws ServiceError AccessDeniedException */
export function findRole(identity: Identity, action: string, roleArn: (role: string) => string): AirflowRole {
  const role = AIRFLOW_ROLES.find((name) => allows(identity.statements, action, roleArn(name)));
  if (role === undefined) checkAccess(identity, action, roleArn('Public'));
  return role ?? 'Viewer';
}

function allows(statements: readonly PolicyStatement[], action: string, resource: string): boolean {
  return statements.some(
    ({ Action, Resource }) =>
      // IAM does not look at the case of actions, and does at that of resources.
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
