import { describe, expect, it } from 'vitest';
import { bitString, boolean, explicit, implicit, integer, objectId, octetString, sequence, set, time, utf8String, type Der } from './der.ts';

describe('DER', () => {
  it.each<[string, Der, string]>([
    ['0', integer(0n), '020100'],
    ['127', integer(127n), '02017f'],
    ['128, which is not negative', integer(128n), '02020080'],
    ['256', integer(256n), '02020100'],
    ['true', boolean(true), '0101ff'],
    ['an object id', objectId('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['another', objectId('2.5.29.35'), '0603551d23'],
    ['text', utf8String('é'), '0c02c3a9'],
    ['bytes', octetString(Buffer.of(1, 2)), '04020102'],
    ['bits', bitString(Buffer.of(0x80), 7), '03020780'],
    ['a time', time(Date.UTC(2026, 10, 21, 1, 2, 3)), `170d${Buffer.from('261121010203Z').toString('hex')}`],
    ['a late time', time(Date.UTC(2050, 0, 1)), `180f${Buffer.from('20500101000000Z').toString('hex')}`],
    ['nothing', sequence(), '3000'],
    ['a set', set(boolean(false)), '3103010100'],
    ['a tag around', explicit(3, sequence()), 'a3023000'],
    ['a tag instead', implicit(2, Buffer.from('a')), '820161'],
  ])('of %s', (_, der, hex) => {
    expect(Buffer.from(der).toString('hex')).toBe(hex);
  });

  it.each([[127, '047f'], [128, '048180'], [255, '0481ff'], [256, '04820100'], [65_536, '0483010000']])('of %i bytes has the shortest length', (length, head) => {
    expect(Buffer.from(octetString(new Uint8Array(length))).toString('hex').slice(0, head.length)).toBe(head);
  });
});
