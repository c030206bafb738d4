/** What every list has in its query. */
import { Type } from 'typebox';

/** A limit of 0 is the list's default. */
export const pageFields = (maximum: number) => ({
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum, description: `a whole number from 0 to ${maximum}` })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: 'a whole number from 0 to 65535' })),
});

export const PageQuery = (maximum: number) => Type.Object(pageFields(maximum), { description: 'query parameters' });
