import { expect, test } from 'vitest';
import { VirtualClock } from '@haulier/lib/retry/virtual-clock.ts';
import { failed } from '../transfer/severity.ts';
import type { TransferOutcome } from '../transfer/transfer.ts';
import { StoreFailure, type FailureKind } from '../../object-store/failure.ts';
import { Weather } from './weather.ts';

const exists: TransferOutcome = { kind: 'exists' };

function weather(patience: number): { readonly weather: Weather; readonly clock: VirtualClock; readonly note: (kind: FailureKind, times: number) => void; readonly storms: FailureKind[] } {
  const clock = new VirtualClock();
  const storms: FailureKind[] = [];
  const it = new Weather(clock, new AbortController().signal, patience, ({ failure }) => storms.push(failure));
  return { weather: it, clock, storms, note: (kind, times) => { for (let n = 0; n < times; n++) it.note(failed(new StoreFailure(kind, kind), 'source')); } };
}

test('many failures in a row hold what is to be begun, for a while', async () => {
  const { weather: it, clock, note, storms } = weather(3);
  note('unreachable', 3);
  it.note(exists);
  note('transient', 3);
  expect(it.hold).toBeUndefined();
  note('transient', 1);
  expect(it.hold).toBeDefined();
  await clock.advance(1_000);
  expect([it.hold, storms]).toEqual([undefined, []]);
});

test('servers that are away are no weather, and clear none up', () => {
  const { weather: it, note } = weather(3);
  note('server-away', 100);
  expect(it.hold).toBeUndefined();
  note('unreachable', 3);
  note('server-away', 1);
  note('unreachable', 1);
  expect(it.hold).toBeDefined();
});
