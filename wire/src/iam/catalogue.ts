/** The service catalogue: in GET /v3/auth/catalog and in what tokens are answered with. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

export const CatalogueEntry = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** What clients look a service up by, e.g. `volumev3`. */
  type: Type.String(),
  endpoints: Type.Array(Type.Object({
    id: Type.String(),
    /** The documents know no other. */
    interface: Type.Literal('public'),
    /** The same as `region_id`. `*`: all. */
    region: Type.String(),
    region_id: Type.String(),
    url: Type.String(),
  })),
});
export type CatalogueEntry = Static<typeof CatalogueEntry>;

export const CatalogueAnswer = Type.Object({ catalog: Type.Array(CatalogueEntry), links: Type.Object({ self: Type.String(), previous: Type.Null(), next: Type.Null() }) });
