/** Fields that several resources have. A description completes the sentence "expected …" of an error. */
import { Type, type Static } from 'typebox';

export const ProjectParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type ProjectParams = Static<typeof ProjectParams>;

export const Link = Type.Object({ href: Type.String(), rel: Type.String() });
export type Link = Static<typeof Link>;

/** What Cinder's clients may send, and EVS where both have the same operation. */
export const Name = Type.String({ maxLength: 255, description: 'a name of up to 255 characters' });
export const Description = Type.String({ maxLength: 255, description: 'a text of up to 255 characters' });

/** EVS counts bytes. */
export const EvsName = Type.Refine(Type.String({ description: 'a name of up to 255 bytes' }), (name) => utf8Length(name) <= 255);
export const EvsDescription = Type.Refine(Type.String({ description: 'a text of up to 255 bytes' }), (description) => utf8Length(description) <= 255);

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

const anyText = '^[\\s\\S]*$';

/** Also Cinder's limits: keys of 1 to 255 characters, values of up to 255. */
export const Metadata = Type.Refine(
  Type.Record(Type.String({ pattern: anyText }), Type.String({ maxLength: 255, description: 'a value of up to 255 characters' }), { description: 'an object of texts, its keys of 1 to 255 characters' }),
  (metadata) => Object.keys(metadata).every((key) => key.length >= 1 && key.length <= 255),
);

const tagKey = /^[\p{L}\p{N}_-]{1,36}$/u;
const tagValue = /^[\p{L}\p{N}_-]{0,43}$/u;

export const TagKey = Type.Refine(Type.String({ description: 'a key of 1 to 36 letters, digits, hyphens and underscores' }), (key) => tagKey.test(key));
export const TagValue = Type.Refine(Type.String({ description: 'a value of up to 43 letters, digits, hyphens and underscores' }), (value) => tagValue.test(value));

export const Tags = Type.Refine(
  Type.Record(Type.String({ pattern: anyText }), TagValue, { description: 'an object of tags, its keys of 1 to 36 letters, digits, hyphens and underscores' }),
  (tags) => Object.keys(tags).every((key) => tagKey.test(key)),
);

/** GB are GiB. The largest data disk of the documents. */
export const largestDiskGiB = 32_768;
export const SizeGiB = Type.Integer({ minimum: 1, maximum: largestDiskGiB, description: `a whole number of GB from 1 to ${largestDiskGiB}` });

/** What a page of a list holds at most, and by default. */
export const largestPage = 1000;
export const EvsLimit = Type.Integer({ minimum: 1, maximum: largestPage, description: `a whole number from 1 to ${largestPage}` });
export const Offset = Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'a whole number from 0 to 2147483647' });
/** Cinder takes any number and answers no more than its own maximum. */
export const CinderLimit = Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'a whole number from 0 to 2147483647' });

export const uuidPattern = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';
export const Marker = Type.String({ pattern: uuidPattern, description: 'the UUID of the last one of the page before' });

/** `2016-05-25T02:42:10.856000`: UTC, microseconds, no zone. */
export const Timestamp = Type.String({ description: 'YYYY-MM-DDTHH:MM:SS.XXXXXX, in UTC.' });
export const OrNull = { text: Type.Union([Type.String(), Type.Null()]), time: Type.Union([Timestamp, Type.Null()]) };
