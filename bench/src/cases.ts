/** What is measured, and what is aimed at: ratios to rclone in the same run, since machines differ. */
import type { StubOptions, StubStats } from './stub.ts';

export interface Case {
  readonly name: string;
  readonly about: string;
  readonly stub: StubOptions;
  readonly bucket: string;
  readonly destinationBucket: string;
  /** Which of wall time or CPU seconds the ratio is about. */
  readonly ratioOf: 'cpu' | 'wall';
  /** rclone's figure divided by ours. */
  readonly targets: readonly [first: number, then: number];
  /** What rclone is told; Haulier has no such setting here. */
  readonly transfers: number;
  /** What the destination must hold afterwards. */
  readonly expected: { readonly objects: number; readonly bytes: number } | undefined;
  /** Work per run, for the cost per unit. */
  readonly unit: { readonly name: string; readonly count: number };
}

const MIB = 2 ** 20;
const few = 20_000;
const many = 100_000;
const mid = 4_000;
const large = 2;
const largeBytes = 2 ** 31;

const smallCase = (name: string, about: string, small: number, stub: StubOptions, rest: Pick<Case, 'ratioOf' | 'targets' | 'transfers'>): Case => ({
  name, about, stub: { small, ...stub }, bucket: 'small', destinationBucket: 'dst', ...rest,
  expected: { objects: small, bytes: small * 4096 }, unit: { name: 'object', count: small },
});
const largeCase = (name: string, about: string, stub: StubOptions, targets: Case['targets']): Case => ({
  name, about, stub: { large, largeBytes, ...stub }, bucket: 'large', destinationBucket: 'dst', ratioOf: 'cpu', targets, transfers: 4,
  expected: { objects: large, bytes: large * largeBytes }, unit: { name: 'GiB', count: (large * largeBytes) / 2 ** 30 },
});

export const cases: readonly Case[] = [
  smallCase('small', '100,000 × 4 KiB, HTTP', many, {}, { ratioOf: 'cpu', targets: [5, 10], transfers: 16 }),
  smallCase('small-tls', '100,000 × 4 KiB, TLS', many, { tls: true }, { ratioOf: 'cpu', targets: [3, 5], transfers: 16 }),
  {
    name: 'mid', about: '4,000 × 1 MiB, HTTP', stub: { mid }, bucket: 'mid', destinationBucket: 'dst', ratioOf: 'cpu', targets: [1.5, 2], transfers: 16,
    expected: { objects: mid, bytes: mid * MIB }, unit: { name: 'GiB', count: (mid * MIB) / 2 ** 30 },
  },
  largeCase('large', '2 × 2 GiB in parts, HTTP', {}, [6, 9]),
  largeCase('large-tls', '2 × 2 GiB in parts, TLS', { tls: true }, [3, 4]),
  {
    name: 'noop', about: '1 M × 1 M keys, nothing to do', stub: { virtual: 1_000_000 }, bucket: 'virtual', destinationBucket: 'virtual-copy',
    ratioOf: 'cpu', targets: [10, 16], transfers: 16, expected: undefined, unit: { name: '1,000 keys', count: 1000 },
  },
  smallCase('latency', '20,000 × 4 KiB at 20 ms latency', few, { latencyMs: 20 }, { ratioOf: 'wall', targets: [2, 2.5], transfers: 256 }),
];

/** Whether the destination holds what it should; our own records under `oms/` are not counted by the caller. */
export function holdsEverything(expected: Case['expected'], stats: StubStats): boolean {
  return expected === undefined || (stats.dstObjects >= expected.objects && stats.dstBytes >= expected.bytes && stats.verifyErr === 0);
}
