/** The Airflow roles that MWAA gives to an IAM role, each with a user of the local Airflow. */
export const AIRFLOW_ROLES = ['Admin', 'Op', 'User', 'Viewer'] as const;
export type AirflowRole = (typeof AIRFLOW_ROLES)[number];

export interface AirflowUser {
  readonly name: string;
  /** The name again: the server listens on the loopback address only, and a person has to type it. */
  readonly password: string;
  readonly role: AirflowRole;
}

export function userOfRole(role: AirflowRole): AirflowUser {
  const name = role.toLowerCase();
  return { name, password: name, role };
}

export const AIRFLOW_USERS = AIRFLOW_ROLES.map(userOfRole);
