import { Type } from 'typebox';

/** PostgreSQL keeps no NUL in text, so no name or description has one. */
const withoutNul = '^[^\\u0000]*$';

export const Text = (maxLength: number) => Type.String({ maxLength, pattern: withoutNul });
/** At least one character. */
export const NonEmptyText = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: withoutNul });
