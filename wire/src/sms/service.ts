/** What belongs to the service and to none of its resources: configuration, versions, the privacy statement. */
import { Type, type Static } from 'typebox';

/** GET /v3/config: names and values as an agent asks for them. */
export const ConfigAnswer = Type.Object({ config: Type.Record(Type.String(), Type.String()), regions: Type.Array(Type.Record(Type.String(), Type.String())) });
export type ConfigAnswer = Static<typeof ConfigAnswer>;

export const SmsVersion = Type.Object({
  id: Type.String(),
  links: Type.Array(Type.Object({ href: Type.String(), rel: Type.String() })),
  status: Type.String(),
  updated: Type.String({ description: 'yyyy-mm-ddThh:mm:ssZ, in UTC.' }),
});
export type SmsVersion = Static<typeof SmsVersion>;

export const SmsVersionList = Type.Object({ versions: Type.Array(SmsVersion) });

export const PrivacyAnswer = Type.Object({ flag: Type.Boolean({ description: 'Whether the user has agreed.' }) });
export type PrivacyAnswer = Static<typeof PrivacyAnswer>;

export const CreatedAnswer = Type.Object({ id: Type.String() });
