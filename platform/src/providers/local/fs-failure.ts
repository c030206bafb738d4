import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';

const kinds: Readonly<Record<string, FailureKind>> = {
  ENOENT: 'absent', ENOTDIR: 'absent', ELOOP: 'absent',
  EACCES: 'denied', EPERM: 'denied', EROFS: 'denied',
  ENOSPC: 'full', EDQUOT: 'full', EFBIG: 'full',
  ENAMETOOLONG: 'bad-key', EILSEQ: 'bad-key', EINVAL: 'bad-key',
  EIO: 'transient', ESTALE: 'transient', ETIMEDOUT: 'transient', EAGAIN: 'transient', EBUSY: 'transient', EMFILE: 'transient', ENFILE: 'transient', ENOMEM: 'transient', EHOSTDOWN: 'transient',
};

/** The code of a system error, e.g. `ENOENT`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = systemCode(error);
  return code !== undefined && codes.includes(code);
}

/** Turns a system error into a failure; anything else (a failure already, an abort's reason, a bug) stays as it is. */
export function classify(error: unknown, doing: string): unknown {
  const code = systemCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new StoreFailure(kinds[code] ?? 'protocol', `cannot ${doing}: ${code}`, { code, cause: error });
}
