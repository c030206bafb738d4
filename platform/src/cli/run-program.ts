import { CommanderError, type Command } from 'commander';
import { InterruptedError, UsageError } from './usage-error.ts';

export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Parses the command line and sets the exit code. What a person can mend is shown as its message alone; anything else
 * is a fault of ours and is shown with its stack.
 */
export async function runProgram(program: Command): Promise<void> {
  process.stdout.on('error', endAtClosedPipe);
  for (const command of withDescendants(program)) command.exitOverride();
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function withDescendants(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withDescendants)];
}

/** Whoever reads our output may stop early, as `head` does. */
function endAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

function report(error: unknown): number {
  if (error instanceof InterruptedError) return exitCode.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof UsageError || isNamed(error, 'ConfigError', 'PairBusyError')) {
    process.stderr.write(`haulier: ${error.message}\n`);
    return exitCode.usage;
  }
  const text = isNamed(error, 'StartProblem', 'RemoteError', 'DatabaseServerError', 'MigrationError', 'KeyFileError') ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`haulier: ${text}\n`);
  return exitCode.failed;
}

/** By name, so that no command loads the configuration or the database just to know their errors. */
function isNamed(error: unknown, ...names: readonly string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}
