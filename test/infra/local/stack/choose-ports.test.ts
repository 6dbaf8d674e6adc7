import { createServer, type Server } from 'node:net';
import { chooseFreePort, choosePorts, type PortWishes } from '../../../../infra/local/stack/choose-ports.ts';
import { PORTS } from '../../../../infra/local/stack/ports.ts';

const held: Server[] = [];

/** Takes a port, any when 0, and says which; a port that somebody else has is taken as well. */
async function occupy(port: number): Promise<number> {
  const server = createServer();
  held.push(server);
  await new Promise<void>((done) => {
    server.once('error', () => done());
    server.listen(port, '127.0.0.1', done);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function choose(wishes: Partial<PortWishes>) {
  const said: string[] = [];
  const ports = await choosePorts(
    { engines: ['s3'], environment: {}, previous: {}, from: 'usual', ...wishes },
    (line) => said.push(line),
  );
  return { ports, said };
}

async function freePort(): Promise<number> {
  return (await choose({ from: 'free' })).ports.s3;
}

afterEach(() => {
  for (const server of held.splice(0)) server.close();
});

test('a usual port that is taken is replaced, in one line that says by what', async () => {
  await occupy(PORTS.s3.usual);

  const { ports, said } = await choose({});

  expect(ports.s3).not.toBe(PORTS.s3.usual);
  expect(said).toEqual([
    expect.stringMatching(/^port 7070 of s3 is used by (process \d+|another process), taking \d+ instead$/),
  ]);
  expect(said[0]).toContain(String(ports.s3));
});

test('the port of the last start is preferred, without a word', async () => {
  const previous = await freePort();

  const { ports, said } = await choose({ previous: { s3: previous } });

  expect(ports.s3).toBe(previous);
  expect(said).toEqual([]);
});

test('a port of the last start that is taken now is not insisted on', async () => {
  const previous = await occupy(0);

  const { ports } = await choose({ previous: { s3: previous }, from: 'free' });

  expect(ports.s3).not.toBe(previous);
});

test('a port asked for is taken', async () => {
  const asked = await freePort();

  const { ports } = await choose({ environment: { PINFLOW_S3_PORT: String(asked) }, previous: { s3: 1 } });

  expect(ports.s3).toBe(asked);
});

test('ports asked for that are taken fail all at once, with the process that has them', async () => {
  const [first, second] = [await occupy(0), await occupy(0)];

  const chosen = choose({
    engines: ['s3', 'gateway'],
    environment: { PINFLOW_S3_PORT: String(first), PINFLOW_GATEWAY_PORT: String(second) },
  });

  const owner = process.platform === 'linux' ? `process ${process.pid}` : 'another process';
  await expect(chosen).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `PINFLOW_S3_PORT=${first} is used by ${owner}; PINFLOW_GATEWAY_PORT=${second} is used by ${owner}`,
  });
});

test('one port asked for twice fails', async () => {
  const asked = String(await freePort());

  const chosen = choose({
    engines: ['s3', 'gateway'],
    environment: { PINFLOW_S3_PORT: asked, PINFLOW_GATEWAY_PORT: asked },
  });

  await expect(chosen).rejects.toThrow(`PINFLOW_GATEWAY_PORT=${asked} is used by s3 of this stack`);
});

test('variables that are no port are all named', async () => {
  const chosen = choose({ environment: { PINFLOW_S3_PORT: 'abc', PINFLOW_KAFKA_PORT: '70000' } });

  await expect(chosen).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message:
      'PINFLOW_S3_PORT: expected a port from 1 to 65535, got "abc"; PINFLOW_KAFKA_PORT: expected a port from 1 to 65535, got "70000"',
  });
});

test('a stack beside the user’s own keeps away from usual ports and variables', async () => {
  const { ports } = await choose({ from: 'free', environment: { PINFLOW_S3_PORT: 'abc' } });

  expect(ports.s3).not.toBe(PORTS.s3.usual);
});

test('a free port can be listened on', async () => {
  const port = await chooseFreePort();
  expect(port).toBeGreaterThan(0);
  expect(await occupy(port)).toBe(port);
});

test('no two ports of a stack are the same', async () => {
  const { ports } = await choose({
    engines: ['temporal', 's3', 'kafka', 'kinesis', 'databricks', 'gateway'],
    from: 'free',
  });

  expect(new Set(Object.values(ports)).size).toBe(Object.keys(PORTS).length);
});
