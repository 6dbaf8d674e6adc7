import { classArchivePath } from '../../../../infra/local/stack/class-archive.ts';
import { databricksEngine, probeDatabricks } from '../../../../infra/local/stack/databricks.ts';
import { makeStackPlan, withHttpServer } from './stack-plan.ts';

test('the double gets its tools, the notebooks and the data source of the checkout, and the token of the state folder', () => {
  const plan = makeStackPlan();
  const { java, python, deltaJars } = plan.toolchain;

  const { args, env } = databricksEngine(plan);

  expect(args.join(' ')).toBe(
    '/checkout/infra/local/databricks/main.ts --host 127.0.0.1 --port 7 ' +
      `--state ${plan.stateDirectory}/databricks --python ${python} --delta-jars ${deltaJars} ` +
      `--class-archive ${classArchivePath(plan.cacheDirectory, 'spark', [java, python, deltaJars])} ` +
      '--modules /checkout/infra/local/kinesis/spark_source ' +
      '--spares 0 --notebooks /checkout/notebooks --token the-token',
  );
  expect(env).toMatchObject({ HOME: '/home/me', JAVA_HOME: expect.stringMatching(/^\//) });
});

test('notebooks find the streams of the stack, whatever account of AWS the user has exported', () => {
  const plan = makeStackPlan();
  const own = { AWS_ACCESS_KEY_ID: 'mine', AWS_SESSION_TOKEN: 'mine', AWS_PROFILE: 'mine', AWS_REGION: 'mine' };

  const { env } = databricksEngine({ ...plan, environment: { ...plan.environment, ...own } });

  expect(Object.entries(env).filter(([name, value]) => name.startsWith('AWS_') && value !== undefined)).toEqual([
    ['AWS_ACCESS_KEY_ID', 'the-key'],
    ['AWS_REGION', 'us-east-1'],
    ['AWS_SECRET_ACCESS_KEY', 'the-secret'],
    ['AWS_ENDPOINT_URL_KINESIS', 'http://127.0.0.1:9'],
  ]);
});

test('the double is ready when it lists clusters for the token', async () => {
  const isAuthorised = (header: string | undefined) => header === 'Bearer the-token';
  await withHttpServer(
    ({ url, headers }) => ({
      status: url === '/api/2.1/clusters/list' && isAuthorised(headers.authorization) ? 200 : 403,
    }),
    async (databricks) => {
      const { ports, secrets } = makeStackPlan();
      const facts = { ports: { ...ports, databricks }, secrets };
      await expect(probeDatabricks(facts)).resolves.toBeUndefined();
      await expect(probeDatabricks({ ...facts, secrets: { ...secrets, databricksToken: 'x' } })).rejects.toThrow(
        'was answered with 403',
      );
    },
  );
});
