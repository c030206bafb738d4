import { getSystemErrorMessage } from 'node:util';
import { BackendFailure, type BackendFailureKind } from '../../volumes/volume-backend.ts';

const kinds: Readonly<Record<string, BackendFailureKind>> = {
  ENOENT: 'absent',
  ENOSPC: 'full', EDQUOT: 'full',
  EACCES: 'refused', EPERM: 'refused', EROFS: 'refused', ELOOP: 'refused', EFBIG: 'refused', ENOTDIR: 'refused', EISDIR: 'refused',
};

/** Whether it is a system error with one of these codes, e.g. `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** Runs a step; a system error in it becomes a {@link BackendFailure} that begins with what could not be done. */
export async function failingAs<T>(doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof BackendFailure || code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new BackendFailure(kinds[code] ?? 'unavailable', `cannot ${doing}: ${wordsOf(error)} (${code})`, { cause: error });
  }
}

/** The system's, without the paths that Node.js adds to them. */
function wordsOf(error: unknown): string {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? getSystemErrorMessage(error.errno) : 'it failed';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
