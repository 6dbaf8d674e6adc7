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
