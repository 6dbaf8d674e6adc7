import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { classArchivePath } from './class-archive.ts';
import type { Engine, StackFacts, StackPlan, Variables } from './engine.ts';
import { expectStatus } from './readiness.ts';
import { AWS_REGION } from './stack-variables.ts';

/** The process of the double of the Databricks API, which runs the checkout's notebooks on a real Spark. */
export function databricksProcess(
  plan: Pick<StackPlan, 'toolchain' | 'checkout' | 'cacheDirectory' | 'environment'>,
  server: { readonly port: number; readonly state: string; readonly spares: number; readonly token: string },
): Pick<Engine, 'command' | 'args' | 'env'> {
  const { toolchain, checkout, cacheDirectory, environment } = plan;
  const { python, deltaJars } = toolchain;
  return {
    command: process.execPath,
    args: [
      join(checkout, 'infra', 'local', 'databricks', 'main.ts'),
      ...['--host', '127.0.0.1', '--port', String(server.port), '--state', server.state],
      ...['--python', python, '--delta-jars', deltaJars],
      ...['--class-archive', sparkArchivePath({ toolchain, cacheDirectory })],
      ...['--modules', join(checkout, 'infra', 'local', 'kinesis', 'spark_source')],
      ...['--spares', String(server.spares), '--notebooks', join(checkout, 'notebooks'), '--token', server.token],
    ],
    // PySpark looks at JAVA_HOME first, and a Java of another version may come first on the PATH.
    env: { ...environment, JAVA_HOME: dirname(dirname(realpathSync(toolchain.java))) },
  };
}

/** Where the archive of the classes of Spark is, or will be once a server of the API has had the time to write it. */
export function sparkArchivePath(of: Pick<StackPlan, 'toolchain' | 'cacheDirectory'>): string {
  const { java, python, deltaJars } = of.toolchain;
  return classArchivePath(of.cacheDirectory, 'spark', [java, python, deltaJars]);
}

/** The same as a part of the stack. */
export function databricksEngine(plan: StackPlan): Engine {
  const { checkout, stateDirectory, ports, secrets } = plan;
  const state = join(stateDirectory, 'databricks');
  // Jobs of this stack run on the cluster `local`; a spare would only cost 0.6 GB.
  const server = { port: ports.databricks, state, spares: 0, token: secrets.databricksToken };
  const { env, ...process } = databricksProcess(plan, server);
  return {
    name: 'databricks',
    ...process,
    env: { ...env, ...listAwsVariables(plan) },
    cwd: checkout,
    address: `http://127.0.0.1:${ports.databricks}`,
    dependsOn: [],
    ready: () => probeDatabricks(plan),
  };
}

/** What notebooks find AWS by, as a cluster with a role does; the user's own sessions and profiles do not reach in. */
function listAwsVariables({ ports, secrets }: Pick<StackFacts, 'ports' | 'secrets'>): Variables {
  return {
    AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION,
    AWS_ENDPOINT_URL_KINESIS: `http://127.0.0.1:${ports.kinesis}`,
  };
}

/** The API answers before Spark is warm; a job that comes early waits for it. */
export async function probeDatabricks({ ports, secrets }: Pick<StackFacts, 'ports' | 'secrets'>): Promise<void> {
  const url = `http://127.0.0.1:${ports.databricks}/api/2.1/clusters/list`;
  const answer = await expectStatus(url, [200], { authorization: `Bearer ${secrets.databricksToken}` });
  await answer.body?.cancel();
}
