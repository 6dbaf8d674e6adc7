import type { AirflowMajor } from './airflow/airflow-settings.ts';
import { type AirflowRole, userOfRole } from './airflow/airflow-users.ts';

export interface RealAirflow {
  readonly address: string;
  readonly major: AirflowMajor;
}

/** A session of the web server. */
export interface Session {
  readonly cookie: '_token' | 'session';
  readonly value: string;
}

/** Logs the user of a role in at the real Airflow, which makes the session. */
export async function openSession(airflow: RealAirflow, role: AirflowRole): Promise<Session> {
  const { name, password } = userOfRole(role);
  const value = await (airflow.major === 3 ? askForToken : fillInForm)(airflow.address, name, password);
  return { cookie: airflow.major === 3 ? '_token' : 'session', value };
}

/** How a session is handed over with a call of the REST API. */
export function sessionHeaders({ cookie, value }: Session): Record<string, string> {
  return cookie === '_token' ? { authorization: `Bearer ${value}` } : { cookie: `${cookie}=${value}` };
}

async function askForToken(address: string, username: string, password: string): Promise<string> {
  const answer = await fetch(`${address}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!answer.ok) throw new Error(`Airflow did not log "${username}" in: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Airflow 2 has no other way to a session than the page on which people log in. */
async function fillInForm(address: string, username: string, password: string): Promise<string> {
  const page = await fetch(`${address}/login/`);
  const csrf = /name="csrf_token"[^>]*value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const answer = await fetch(`${address}/login/`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: `session=${readSession(page)}` },
    body: new URLSearchParams({ csrf_token: csrf, username, password }),
  });
  // It sends those back to the form that it does not log in.
  if (answer.status !== 302 || String(answer.headers.get('location')).includes('/login')) {
    throw new Error(`Airflow did not log "${username}" in: ${answer.status}`);
  }
  return readSession(answer);
}

function readSession(answer: Response): string {
  return (
    /^session=([^;]*)/.exec(answer.headers.getSetCookie().find((line) => line.startsWith('session=')) ?? '')?.[1] ?? ''
  );
}
