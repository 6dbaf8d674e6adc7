import { createServer, type Server } from 'node:net';
import { PinflowError } from '../../../domain/errors.ts';
import type { EngineName, Report, Variables } from './engine.ts';
import { findListener } from './find-listener.ts';
import { PORT_NAMES, PORTS, type PortName, type StackPorts } from './ports.ts';

export interface PortWishes {
  readonly engines: readonly EngineName[];
  readonly environment: Variables;
  /** Ports of the last start; preferred where they are free. */
  readonly previous: Readonly<Partial<Record<PortName, number>>>;
  /** `free` keeps away from the usual numbers and the variables, for a stack beside the user's own. */
  readonly from: 'usual' | 'free';
}

/** Ports asked for through variables. @throws PinflowError CONFIG_INVALID naming every variable that is no port */
export function readAskedPorts(environment: Variables): Partial<Record<PortName, number>> {
  const asked: Partial<Record<PortName, number>> = {};
  const problems: string[] = [];
  for (const name of PORT_NAMES) {
    const { variable } = PORTS[name];
    const text = variable && environment[variable];
    if (!text) continue;
    const port = Number(text);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) asked[name] = port;
    else problems.push(`${variable}: expected a port from 1 to 65535, got "${text}"`);
  }
  if (problems.length > 0) throw new PinflowError('CONFIG_INVALID', problems.join('; '));
  return asked;
}

/**
 * A port for everything in the stack: the one asked for, else the one of the last start, else the usual one, else any
 * that is free. Engines that are not wanted get their usual number, unchecked.
 * @throws PinflowError PORT_TAKEN naming every port asked for that is in use
 */
export async function choosePorts(wishes: PortWishes, report: Report): Promise<StackPorts> {
  const asked = wishes.from === 'usual' ? readAskedPorts(wishes.environment) : {};
  const chosen = new Map<PortName, number>();
  const held: Server[] = [];
  const problems: string[] = [];
  const take = async (name: PortName, port: number): Promise<boolean> => {
    const server = await listen(port);
    if (server === undefined) return false;
    held.push(server);
    chosen.set(name, addressedPort(server));
    return true;
  };
  try {
    // Those asked for come first, or one of them could be given away as another's usual or free port.
    const wanted = PORT_NAMES.filter((name) => wishes.engines.includes(PORTS[name].engine));
    for (const name of wanted.filter((candidate) => asked[candidate] !== undefined)) {
      const port = asked[name] ?? 0;
      if (!(await take(name, port)))
        problems.push(`${PORTS[name].variable}=${port} is used by ${describeUser(port, chosen)}`);
    }
    if (problems.length > 0) throw new PinflowError('PORT_TAKEN', problems.join('; '));
    for (const name of wanted.filter((candidate) => asked[candidate] === undefined)) {
      const usual = wishes.from === 'usual' ? PORTS[name].usual : undefined;
      const previous = wishes.previous[name];
      if (previous !== undefined && (await take(name, previous))) continue;
      if (usual !== undefined && (await take(name, usual))) continue;
      await take(name, 0);
      if (usual !== undefined) {
        report(
          `port ${usual} of ${name} is used by ${describeUser(usual, chosen)}, taking ${chosen.get(name)} instead`,
        );
      }
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  }
  return Object.fromEntries(PORT_NAMES.map((name) => [name, chosen.get(name) ?? PORTS[name].usual ?? 0])) as Record<
    PortName,
    number
  >;
}

/** A port that is free now, for one process beside the engines. */
export async function chooseFreePort(): Promise<number> {
  const server = await listen(0);
  if (server === undefined) throw new PinflowError('PORT_TAKEN', 'no port of the loopback address is free');
  const port = addressedPort(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

function describeUser(port: number, chosen: ReadonlyMap<PortName, number>): string {
  const ours = [...chosen].find(([, taken]) => taken === port);
  if (ours !== undefined) return `${ours[0]} of this stack`;
  const pid = findListener(port);
  return pid === undefined ? 'another process' : `process ${pid}`;
}

/** A server that holds the port on the loopback address; undefined when it cannot be had. Port 0 is any free one. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

function addressedPort(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
