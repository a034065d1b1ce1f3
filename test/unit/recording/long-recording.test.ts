import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { makeWavHeader } from '../../../src/lib/wav.ts';
import { aClosing, anOpening, aPart, startFinisher, tone, writeRecorded } from './workshop.ts';

const hourSeconds = 3600;

function writeHour(directory: string, name: string, hertz: number): void {
  const second = tone(1, hertz);
  const file = openSync(join(directory, `${name}.wav`), 'w');
  writeSync(file, makeWavHeader({ sampleRate: 8000, channels: 1 }, hourSeconds * second.byteLength));
  for (let i = 0; i < hourSeconds; i++) writeSync(file, second);
  closeSync(file);
}

test('an hour in stereo is finished with flat memory and without holding up anything else', async (t) => {
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t, { ownThread: true });
  // The thread for files takes its own room when it begins; that is no matter of the length.
  const short = anOpening('call0');
  finisher.open(short);
  writeRecorded(recordingDirectory, 'fernamt-call0-rec1', tone(1));
  finisher.close(aClosing(short, 1));
  await finisher.drained();

  const opening = anOpening('call1', { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'lanes' });
  finisher.open(opening);
  writeHour(recordingDirectory, 'fernamt-call1-rec1', 440);
  writeHour(recordingDirectory, 'fernamt-call1-rec2', 550);

  const before = process.memoryUsage().rss;
  let most = before;
  const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  finisher.close(aClosing(opening, hourSeconds, { leadMs: 20 }));
  await finisher.drained();
  delay.disable();
  clearInterval(sampler);

  const recording = finished.at(-1);
  assert.equal(recording?.outcome?.verdict.judgement, 'ok');
  assert.equal(recording.outcome.audio?.seconds, hourSeconds - 0.02);
  assert.equal(statSync(join(directory, `${recording.base}.wav`)).size, 44 + (hourSeconds - 0.02) * 8000 * 4);
  const grownMegabytes = (most - before) / 1e6;
  t.diagnostic(`${grownMegabytes.toFixed(0)} MB more, event loop at most ${(delay.max / 1e6).toFixed(0)} ms late`);
  assert.ok(grownMegabytes < 64, `${grownMegabytes} MB more than before`);
  // Done in this thread it would take seconds. The rest says as much about other programs as about this one.
  assert.ok(delay.percentile(99) / 1e6 < 200, `the event loop was ${delay.percentile(99) / 1e6} ms late`);
});
