import { Command } from 'commander';

export interface CommandLine<Options> {
  readonly options: Options;
  /** What is left besides options. */
  readonly operands: readonly string[];
  /** One line for each thing that cannot be used. */
  readonly problems: readonly string[];
}

/** A command whose mistakes are returned and not printed, so that all of them can be told at once. */
export function defineCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

/** Reads arguments. Asking for help prints it and throws commander's own error. */
export function parseCommandLine<Options>(command: Command, args: readonly string[]): CommandLine<Options> {
  const known = command.options.map(({ long }) => long).filter((long) => long !== undefined);
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== 'commander.optionMissingArgument') throw error;
    return { options: command.opts() as Options, operands: [], problems: [message.replace(/^error: /, '')] };
  }
  const isOption = (argument: string) => argument.startsWith('-');
  const problems = command.args
    .filter(isOption)
    .map((option) => `unknown option "${option}"; known are ${[...known, '--help'].join(', ')}`);
  return {
    options: command.opts() as Options,
    operands: command.args.filter((argument) => !isOption(argument)),
    problems,
  };
}
