import type { FastifyInstance } from 'fastify';
import { createMwaa as createAdapter } from '../../activities/mwaa/adapter.ts';
import { createMwaa } from '../../infra/local/mwaa/application.ts';
import type { AirflowMajor } from '../../infra/local/mwaa/airflow/airflow-settings.ts';
import { LocalEnvironment } from '../../infra/local/mwaa/environment.ts';
import { allowWithRole, type Identity, type PolicyStatement } from '../../infra/local/mwaa/identities.ts';
import type { CliOutcome } from '../../infra/local/mwaa/run-cli.ts';
import { FakeAirflow } from './fake-airflow.ts';

/** The double of MWAA in the test's own process, before an Airflow that is none, with a clock that the test moves. */
export class MwaaDouble {
  readonly airflow: FakeAirflow;
  readonly environment: LocalEnvironment;
  readonly server: FastifyInstance;
  readonly identities: Identity[] = [];
  address = '';
  now = Date.parse('2026-11-22T02:17:00Z');
  /** What stands against the next requirements. */
  requirementsProblem: string | undefined;
  endUpdate: () => void = () => {};
  runCli: (line: string) => Promise<CliOutcome> = async (line) => ({ status: 200, stdout: `ran ${line}`, stderr: '' });

  static async start(major: AirflowMajor): Promise<MwaaDouble> {
    const double = new MwaaDouble(await FakeAirflow.start(major));
    double.address = await double.server.listen({ host: '127.0.0.1', port: 0 });
    return double;
  }

  private constructor(airflow: FakeAirflow) {
    this.airflow = airflow;
    const now = () => this.now;
    this.environment = new LocalEnvironment({
      ...{ name: 'env', airflowVersion: airflow.major === 3 ? '3.3.2' : '2.11.2', bucket: 'dags-of-env' },
      ...{ updateMs: 0, now },
      checkRequirements: async () => {
        await new Promise<void>((done) => (this.endUpdate = done));
        return this.requirementsProblem;
      },
    });
    const runCli = (line: string) => this.runCli(line);
    this.server = createMwaa({ environment: this.environment, identities: this.identities, airflow, runCli, now });
  }

  async stop(): Promise<void> {
    await this.server.close();
    await this.airflow.stop();
  }

  /** Makes a key for somebody with these rights, and our adapter with that key. */
  openAs(accessKeyId: string, statements: readonly PolicyStatement[] = allowWithRole('User')) {
    this.identities.push({ accessKeyId, arn: `arn:${accessKeyId}`, statements });
    const credentials = { accessKeyId, secretAccessKey: 'secret-key' };
    return createAdapter({ environment: 'env', region: 'us-east-1', endpoint: this.address, credentials });
  }

  /** A call of the service as the SDK signs it; the double reads the key and leaves the rest. */
  async call(accessKeyId: string, method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/airflow/aws4_request, …`;
    const answer = await this.server.inject({ method, url: path, headers: { authorization }, ...(body && { body }) });
    return { status: answer.statusCode, type: answer.headers['x-amzn-errortype'], body: answer.json<never>() };
  }
}
