import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { pausedSeconds } from '../../../src/recording/files/pauses.ts';
import type { StoredClosing } from '../../../src/recording/model.ts';
import type { Pause } from '../../../src/telephony/recording-plan.ts';
import { aClosing, anOpening, silence, startFinisher, tone, writeRecorded } from './workshop.ts';

const by = { kind: 'user', extension: '1001' } as const;
const opening = anOpening('call1');
const joinedAt = aClosing(opening, 0).joinedAt;

/** Seconds of the talk. */
function pause(from: number, to?: number): Pause {
  return { fromAt: joinedAt + from * 1000, by, ...(to === undefined ? {} : { toAt: joinedAt + to * 1000 }) };
}

function closing(seconds: number, pauses: readonly Pause[], change: Partial<StoredClosing> = {}): StoredClosing {
  return { ...aClosing(opening, seconds, { pauses }), origin: 'told', closedAt: 0, ...change };
}

const rows: readonly (readonly [what: string, closing: StoredClosing, paused: number])[] = [
  ['without pauses nothing is paused', closing(10, []), 0],
  ['pauses add up', closing(10, [pause(1, 3), pause(5, 6)]), 3],
  ['a pause that was never resumed lasts to the end', closing(10, [pause(7)]), 3],
  ['a pause before the talk is not in it', closing(10, [pause(-5, -1)]), 0],
  ['a pause that began before the talk counts from its beginning', closing(10, [pause(-5, 2)]), 2],
  ['a pause behind the talk is not in it', closing(10, [pause(11, 12)]), 0],
  ['pauses that overlap count once', closing(10, [pause(1, 4), pause(2, 3), pause(3, 6)]), 5],
  ['where the end is not known the audio tells it', closing(60, [pause(7)], { endUnheard: true }), 3],
];

for (const [what, some, paused] of rows) {
  test(what, () => {
    assert.equal(pausedSeconds(some, 10), paused);
  });
}

test('never more is paused than was said', () => {
  const second = fc.integer({ min: -20, max: 40 });
  const pauses = fc.array(fc.tuple(second, fc.option(second, { nil: undefined })));
  fc.assert(
    fc.property(pauses, (some) => {
      const paused = pausedSeconds(
        closing(
          10,
          some.map(([from, to]) => pause(from, to)),
        ),
        10,
      );
      assert.ok(paused >= 0 && paused <= 10);
    }),
  );
});

test('a recording that was paused for most of the time is judged on the rest', async (t) => {
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t, { filename: '$callid' });
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', Int16Array.from([...tone(1), ...silence(5)]));
  const pauses = [{ ...pause(1, 4), resumedBy: { kind: 'time-limit' } as const }, pause(4)];
  finisher.close(aClosing(opening, 6, { pauses }));
  await finisher.drained();
  const { judgement, figures, method } = finished[0]?.outcome?.verdict ?? {};
  assert.equal(judgement, 'ok');
  assert.equal(figures?.pausedSeconds, 5);
  assert.match(method ?? '', /It was paused for 5 s; the rest of it is judged\./);
  const metadata = JSON.parse(readFileSync(join(directory, 'call1.json'), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(metadata['pauses'], [
    { from: '2025-11-21T09:30:17.000Z', to: '2025-11-21T09:30:20.000Z', by, resumedBy: { kind: 'time-limit' } },
    { from: '2025-11-21T09:30:20.000Z', to: '2025-11-21T09:30:22.000Z', by, resumedBy: null },
  ]);
});
