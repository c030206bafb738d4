/** The private PostgreSQL cannot be run. The message says what happened, to what, and what to do about it. */
export class DatabaseServerError extends Error {
  override readonly name = 'DatabaseServerError';
}
