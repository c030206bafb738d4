import { Type, type Static } from 'typebox';

/** Bytes per second. */
export const minBandwidth = 1_048_576;
export const maxBandwidth = 209_715_200;
export const maxBandwidthRules = 5;

const HourAndMinute = (description: string) => Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description });

/** Tables 5-16, 5-43, 5-63 and 5-68. */
export const BandwidthPolicyDto = Type.Object({
  end: HourAndMinute('The last minute of the period, hh:mm in the zone of the server.'),
  max_bandwidth: Type.Integer({ minimum: minBandwidth, maximum: maxBandwidth, format: 'int64', description: 'Bytes per second.' }),
  start: HourAndMinute('The first minute of the period, hh:mm in the zone of the server.'),
});
export type BandwidthPolicyDto = Static<typeof BandwidthPolicyDto>;

export const BandwidthPolicy = Type.Array(BandwidthPolicyDto, { maxItems: maxBandwidthRules, description: 'Periods that do not overlap.' });

/** Table 5-62. */
export const UpdateBandwidthPolicyReq = Type.Object({ bandwidth_policy: BandwidthPolicy });
export type UpdateBandwidthPolicyReq = Static<typeof UpdateBandwidthPolicyReq>;
