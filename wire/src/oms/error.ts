import { Type, type Static } from 'typebox';

/** The body of every answer that is not a success (section 3.3). */
export const ErrorBody = Type.Object({
  error_msg: Type.String({ description: 'The error message.' }),
  error_code: Type.String({ description: 'The error code.' }),
});
export type ErrorBody = Static<typeof ErrorBody>;
