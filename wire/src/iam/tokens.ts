/** POST /v3/auth/tokens and GET /v3/auth/tokens, as the documents' IAM and Keystone v3 write them. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { CatalogueEntry } from './catalogue.ts';
import { NonEmptyText } from './text.ts';

const name = NonEmptyText(255);
const id = NonEmptyText(64);

/** Either of the two is enough; the id wins. */
export const Reference = Type.Object({ id: Type.Optional(id), name: Type.Optional(name) });
export type Reference = Static<typeof Reference>;

export const ScopeRequest = Type.Object({
  project: Type.Optional(Type.Object({ id: Type.Optional(id), name: Type.Optional(name), domain: Type.Optional(Reference) })),
  domain: Type.Optional(Reference),
});
export type ScopeRequest = Static<typeof ScopeRequest>;

export const TokenRequest = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String(), { minItems: 1, maxItems: 4 }),
      password: Type.Optional(Type.Object({
        user: Type.Object({ id: Type.Optional(id), name: Type.Optional(name), domain: Type.Optional(Reference), password: Type.String({ minLength: 1, maxLength: 128 }) }),
      })),
      token: Type.Optional(Type.Object({ id: Type.String({ minLength: 1, maxLength: 16_384 }) })),
    }),
    scope: Type.Optional(ScopeRequest),
  }),
});
export type TokenRequest = Static<typeof TokenRequest>;

/** `nocatalog` counts whatever its value is. */
export const TokenQuery = Type.Object({ nocatalog: Type.Optional(Type.Unknown()) });
export type TokenQuery = Static<typeof TokenQuery>;

const named = Type.Object({ id: Type.String(), name: Type.String() });

export const TokenAnswer = Type.Object({
  token: Type.Object({
    /** Empty when the request has `nocatalog` in its query. */
    catalog: Type.Array(CatalogueEntry),
    /** When the token is scoped to the domain. */
    domain: Type.Optional(named),
    /** When it is scoped to a project. */
    project: Type.Optional(Type.Object({ id: Type.String(), name: Type.String(), domain: named })),
    /** UTC with six decimals, e.g. `2020-01-04T09:05:22.701000Z`. */
    expires_at: Type.String(),
    issued_at: Type.String(),
    methods: Type.Array(Type.String()),
    roles: Type.Array(named),
    user: Type.Object({ id: Type.String(), name: Type.String(), domain: named, password_expires_at: Type.String() }),
  }),
});
export type TokenAnswer = Static<typeof TokenAnswer>;
