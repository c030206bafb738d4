/** The user's words could not be understood; the message says what was expected. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user has ended a dialogue, with Ctrl-C or Ctrl-D. Exit code 130, as of a process that SIGINT has ended. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
