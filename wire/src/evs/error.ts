/** Errors: one shape on EVS's own paths, another on those that Cinder's clients call. */
import { Type, type Static } from 'typebox';

/** "Table 7" of the disk transfer's page: every answer below /v1, /v2, /v2.1 and /v5 that is not a success. */
export const EvsError = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'The error code, for example, EVS.5404.' }),
    message: Type.String({ description: 'The error message.' }),
  }),
});
export type EvsError = Static<typeof EvsError>;

/** As Cinder writes them: one field whose name says the kind of fault, e.g. `itemNotFound`. */
export const CinderError = Type.Record(Type.String(), Type.Object({
  code: Type.Integer({ description: 'The HTTP status.' }),
  message: Type.String({ description: 'The error message.' }),
}));
export type CinderError = Static<typeof CinderError>;
