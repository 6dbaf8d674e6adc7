import { PinflowError } from '../../../../domain/errors.ts';
import type { CommandContext } from './command-context.ts';
import { defineCommand, parseCommandLine } from './command-line.ts';
import { runDatabricks } from './databricks.ts';
import { runDown } from './down.ts';
import { runStart } from './start.ts';
import { readMwaaVersion, runMwaa } from './mwaa.ts';
import { readStartOptions, type Surroundings } from './start-options.ts';
import { runStatus } from './status.ts';
import { runUp } from './up.ts';

/** A command whose arguments are checked. Answers the exit code. */
export type PlannedCommand = (context: CommandContext) => Promise<number>;

export interface Planning extends Surroundings {
  /** Runs the test lanes named, or all; handed in because this folder may not know the tests. */
  readonly runTests: (lanes: readonly string[], context: CommandContext) => Promise<number>;
}

const PLAIN = {
  up: { run: runUp, description: 'bring the local stack up and leave it up' },
  down: { run: runDown, description: 'stop the local stack' },
  status: { run: runStatus, description: 'show how the engines of the local stack are' },
  databricks: { run: runDatabricks, description: 'run the Databricks server alone, until Ctrl-C' },
};
const COMMANDS = ['start', 'test', ...Object.keys(PLAIN), 'mwaa'];

/**
 * Reads a command line as far as it can be judged without doing anything.
 * @throws PinflowError INPUT_INVALID naming everything that cannot be used, or SOURCE_MISSING
 */
export function planCommand([name = '', ...args]: readonly string[], planning: Planning): PlannedCommand {
  switch (name) {
    case 'start': {
      const options = readStartOptions(args, planning);
      return (context) => runStart(options, context);
    }
    case 'test': {
      const lanes = readOperands('test', 'run the test lanes named, or all', args);
      return (context) => planning.runTests(lanes, context);
    }
    case 'mwaa': {
      const version = readMwaaVersion(args);
      return (context) => runMwaa(version, context);
    }
    case 'up':
    case 'down':
    case 'status':
    case 'databricks': {
      const operands = readOperands(name, PLAIN[name].description, args);
      if (operands.length > 0)
        throw new PinflowError('INPUT_INVALID', `${name}: unexpected "${operands.join('", "')}"`);
      return PLAIN[name].run;
    }
    default:
      throw new PinflowError('INPUT_INVALID', `unknown command "${name}"; known are ${COMMANDS.join(', ')}`);
  }
}

function readOperands(name: string, description: string, args: readonly string[]): readonly string[] {
  const { operands, problems } = parseCommandLine(defineCommand(name, description), args);
  if (problems.length > 0) throw new PinflowError('INPUT_INVALID', problems.join('\n  '));
  return operands;
}
