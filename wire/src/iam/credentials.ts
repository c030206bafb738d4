/** /v3.0/OS-CREDENTIAL/credentials (AK/SK pairs) and /v3.0/OS-CREDENTIAL/securitytokens (temporary ones). */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { NonEmptyText, Text } from './text.ts';

export const CredentialRequest = Type.Object({
  credential: Type.Object({
    user_id: NonEmptyText(64),
    description: Type.Optional(Text(255)),
  }),
});

const shown = {
  access: Type.String(),
  user_id: Type.String(),
  description: Type.String(),
  /** `active` or `inactive`. */
  status: Type.String(),
  /** UTC with six decimals, e.g. `2020-01-08T06:25:19.014028Z`. */
  create_time: Type.String(),
};

export const CredentialAnswer = Type.Object(shown);
export type CredentialAnswer = Static<typeof CredentialAnswer>;
export const CredentialParams = Type.Object({ access_key: Text(128) });
export const CredentialBox = Type.Object({ credential: CredentialAnswer });
/** The only answer that carries the secret. */
export const NewCredentialBox = Type.Object({ credential: Type.Object({ ...shown, secret: Type.String() }) });
export const CredentialList = Type.Object({ credentials: Type.Array(CredentialAnswer) });
export const CredentialQuery = Type.Object({ user_id: Type.Optional(Text(64)) });

export const SecurityTokenRequest = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.Literal('token'), { minItems: 1, maxItems: 1 }),
      token: Type.Optional(Type.Object({
        /** The documents take a token here in place of X-Auth-Token; we take X-Auth-Token only and refuse this by name. */
        id: Type.Optional(Type.String({ maxLength: 16_384 })),
        duration_seconds: Type.Optional(Type.Integer({ minimum: 900, maximum: 86_400 })),
      })),
    }),
  }),
});
export type SecurityTokenRequest = Static<typeof SecurityTokenRequest>;

export const SecurityTokenBox = Type.Object({
  credential: Type.Object({ access: Type.String(), secret: Type.String(), securitytoken: Type.String(), expires_at: Type.String() }),
});
