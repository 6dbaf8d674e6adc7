import { runCommand } from '../support/processes.ts';

// The stack of the error stood in its place, on top of what to mend.
test('a gateway that is configured wrongly says all that is wrong and what to do, and ends with 1', async () => {
  const { code, stderr } = await runCommand(process.execPath, ['gateway/main.ts'], {
    PINFLOW_GATEWAY_PORT: 'http',
    PINFLOW_LOG_LEVEL: 'loud',
  });

  expect(code).toBe(1);
  expect(stderr).toMatch(/^CONFIG_INVALID: .*PINFLOW_GATEWAY_PORT/);
  expect(stderr).toMatch(/PINFLOW_LOG_LEVEL[^]*\ncorrect the variables named in the message/);
  expect(stderr).not.toMatch(/^\s+at /m);
});
