/** Tags of disks. */
import { Type, type Static } from 'typebox';
import { EvsLimit, Offset, TagKey, TagValue } from './fields.ts';
import { VolumeDetail } from './volumes.ts';

/** One path for two operations: `value` is needed where tags are created. */
export const TagsActionRequest = Type.Object({
  action: Type.Enum(['create', 'delete'], { description: 'create or delete' }),
  tags: Type.Array(Type.Object({ key: TagKey, value: Type.Optional(TagValue) }, { description: 'an object with key and value' }), { minItems: 1, maxItems: 100, description: 'a list of 1 to 100 tags' }),
}, { description: 'an object with action and tags' });

export const ShowTagsResponse = Type.Object({ tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })) });
export type ShowTagsResponse = Static<typeof ShowTagsResponse>;
export const ProjectTagsResponse = Type.Object({ tags: Type.Record(Type.String(), Type.Array(Type.String())) });
export type ProjectTagsResponse = Static<typeof ProjectTagsResponse>;

/** The example of the documents writes numbers as texts. */
const orText = <T extends ReturnType<typeof Type.Integer>>(number: T, description: string) => Type.Union([number, Type.String({ pattern: '^[0-9]{1,10}$' })], { description });

/** `filter` answers disks, `count` how many there are. */
export const FilterByTagsRequest = Type.Object({
  action: Type.Enum(['filter', 'count'], { description: 'filter or count' }),
  limit: Type.Optional(orText(EvsLimit, 'a whole number from 1 to 1000')),
  matches: Type.Optional(Type.Array(Type.Object({
    key: Type.Enum(['resource_name', 'service_type'], { description: 'resource_name or service_type' }),
    value: Type.String({ maxLength: 255, description: 'a text of up to 255 characters' }),
  }, { description: 'an object with key and value' }), { maxItems: 10, description: 'a list of matches' })),
  offset: Type.Optional(orText(Offset, 'a whole number from 0')),
  tags: Type.Array(Type.Object({
    key: TagKey,
    values: Type.Array(TagValue, { maxItems: 10, description: 'a list of up to 10 values' }),
  }, { description: 'an object with key and values' }), { maxItems: 10, description: 'a list of up to 10 tags' }),
}, { description: 'an object with action and tags' });
export type FilterByTagsRequest = Static<typeof FilterByTagsRequest>;

/** VolumeDetailForTag: here alone `shareable` is no text. */
export const TaggedVolumeDetail = Type.Object({ ...VolumeDetail.properties, shareable: Type.Boolean() });
export type TaggedVolumeDetail = Static<typeof TaggedVolumeDetail>;

export const FilterByTagsResponse = Type.Object({
  total_count: Type.Integer(),
  resources: Type.Optional(Type.Array(Type.Object({
    resource_id: Type.String(),
    resource_name: Type.String(),
    resource_detail: TaggedVolumeDetail,
    tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  }))),
});
export type FilterByTagsResponse = Static<typeof FilterByTagsResponse>;
