import type { CommandContext } from '../../../../../infra/local/stack/commands/command-context.ts';
import { makeFakeCheckout } from '../fake-checkout.ts';

/** The context of a command on a fake checkout; what the command prints and how it is interrupted come with it. */
export function makeContext(scripts: Parameters<typeof makeFakeCheckout>[0] = {}) {
  const fake = makeFakeCheckout(scripts);
  const said: string[] = [];
  const interrupted = new AbortController();
  // The engines and ports of the fake go through to the supervisor with the rest of the context.
  const context: CommandContext = {
    ...fake,
    prepareToolchain: () => Promise.resolve(fake.toolchain),
    signal: interrupted.signal,
    print: (line) => said.push(line),
  };
  return { fake, context, said, interrupted };
}
