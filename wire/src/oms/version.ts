/** Section 5.1: the versions of the API. */
import { Type, type Static } from 'typebox';

export const versionStatuses = ['CURRENT', 'DEPRECATED', 'SUPPORTED'] as const;

export const Link = Type.Object({
  href: Type.String({ description: 'The link address.' }),
  rel: Type.Literal('self'),
});
export type Link = Static<typeof Link>;

export const Version = Type.Object({
  id: Type.String({ description: 'The API version, for example, v2.' }),
  links: Type.Array(Link, { maxItems: 100 }),
  /** A string, as its table says; the examples of section 5.1 show the schema of the field in its place. */
  status: Type.Enum([...versionStatuses]),
  updated: Type.String({ maxLength: 32, description: 'yyyy-mm-ddThh:mm:ssZ, in UTC.' }),
});
export type Version = Static<typeof Version>;

export const ListVersionsResponse = Type.Object({ versions: Type.Array(Version, { maxItems: 1024 }) });
export type ListVersionsResponse = Static<typeof ListVersionsResponse>;

export const VersionParams = Type.Object({ version: Type.String({ minLength: 1, maxLength: 10 }) });
export type VersionParams = Static<typeof VersionParams>;
