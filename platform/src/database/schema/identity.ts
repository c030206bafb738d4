/** The tables behind `PgIdentityStore`. Times are milliseconds since the epoch; secrets are digests or sealed, never in the clear. */
import type { AuthMethod, Role } from '../../identity/model.ts';

export interface IdentityTables {
  identity_domain: { readonly id: string; readonly name: string };
  identity_project: ProjectTable;
  identity_user: UserTable;
  identity_access_key: AccessKeyTable;
  identity_token: TokenTable;
}

interface ProjectTable {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly description: string;
}

interface UserTable {
  readonly id: string;
  readonly domain_id: string;
  readonly name: string;
  readonly role: Role;
  readonly email: string;
  readonly description: string;
  readonly enabled: boolean;
  /** As `identity/password.ts` writes it; empty for a user who signs requests only. */
  readonly password_hash: string;
  readonly created_at: number;
}

interface AccessKeyTable {
  readonly id: string;
  readonly user_id: string;
  readonly description: string;
  readonly active: boolean;
  readonly created_at: number;
  /** Null: permanent. */
  readonly expires_at: number | null;
  readonly sealed_secret: Buffer;
  readonly security_token_hash: Buffer | null;
}

interface TokenTable {
  /** SHA-256 of the token. */
  readonly hash: Buffer;
  readonly user_id: string;
  readonly project_id: string | null;
  readonly methods: AuthMethod[];
  readonly issued_at: number;
  readonly expires_at: number;
}
