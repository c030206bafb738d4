import { createAccessKeys, type AccessKeys } from './access-keys.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import type { RandomBytes } from './generate.ts';
import type { IdentityStore, SecretBox } from './identity-store.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface IdentityDeps {
  readonly store: IdentityStore;
  readonly box: SecretBox;
  readonly random: RandomBytes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tokenLifetimeMs: number;
}

/** The use cases of identity. */
export interface Identity {
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly accessKeys: AccessKeys;
}

export function createIdentity(deps: IdentityDeps): Identity {
  return {
    accounts: createAccounts(deps),
    tokens: createTokens({ ...deps, lifetimeMs: deps.tokenLifetimeMs }),
    accessKeys: createAccessKeys(deps),
  };
}
