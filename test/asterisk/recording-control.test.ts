/** Pausing, resuming and discarding from outside, from the command to what is in the file. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { secondsOf, toneSpans } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { calleeHz, officeConfig, talksOutside } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import { captureCli, type Captured } from '../unit/cli/captured-cli.ts';

const shared: { site?: Site } = {};

before(async () => {
  shared.site = await startSite({ name: 'control', config: officeConfig });
});
after(() => shared.site?.stop());

function cli(...words: string[]): Promise<Captured> {
  return captureCli([...words, '--config', shared.site!.server.configFile]);
}

/** The running call, once its recording is in this state. */
async function recordedCall(state: string): Promise<string> {
  const { server } = shared.site!;
  const call = await eventually(`the recording is ${state}`, async () =>
    (await server.calls()).find(({ recording }) => recording.state === state),
  );
  return call.id;
}

test('paused time is silence in the file, and the answer comes when it is so', async () => {
  const site = shared.site!;
  const { caller, callee } = await talksOutside(site, '+491711000001');
  const id = await recordedCall('recording');
  const listened = async (seconds: number): Promise<void> => {
    const until = caller.heard.seconds + seconds;
    await caller.heard.until(() => caller.heard.seconds >= until, 10_000);
  };
  await listened(1);
  assert.deepEqual(await cli('calls', 'pause', id), { exitCode: 0, out: 'The recording is paused.', err: '' });
  assert.equal(await recordedCall('paused'), id);
  assert.equal((await cli('calls', 'pause', id)).err, 'The recording is paused already.');
  await listened(1.5);
  assert.equal((await cli('calls', 'resume', id)).exitCode, 0);
  assert.equal((await cli('calls', 'resume', id)).err, 'The recording is not paused.');
  await listened(1);
  await caller.hangsUp();
  await callee.hungUp();
  const { audio } = await site.recordingOf('+491711000001');
  const spans = toneSpans(audio, calleeHz);
  // A packet that came late is no pause.
  const gaps = spans.slice(1).map(({ from }, index) => from - (spans[index]?.to ?? 0));
  const [gap = 0, ...more] = gaps.filter((seconds) => seconds > 0.3);
  assert.ok(gap > 1.3 && gap < 3 && more.length === 0, JSON.stringify(spans));
  assert.ok(secondsOf(audio) > 3.4);
});

test('a discarded recording leaves no audio, and the call goes on', async () => {
  const site = shared.site!;
  const before = (await site.server.recordings()).filter(({ state }) => state !== 'deleted').length;
  const { caller, callee } = await talksOutside(site, '+491711000002');
  const id = await recordedCall('recording');
  assert.equal((await cli('calls', 'discard', id)).exitCode, 0);
  assert.equal((await cli('calls', 'resume', id)).exitCode, 1);
  const until = caller.heard.seconds + 1;
  await caller.heard.until(() => caller.heard.seconds >= until, 10_000);
  await caller.hangsUp();
  await callee.hungUp();
  await site.isEmpty();
  const left = (await site.server.recordings()).filter(({ state }) => state !== 'deleted');
  assert.equal(left.length, before);
});
