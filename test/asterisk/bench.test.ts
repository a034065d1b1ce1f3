/** The bench itself, with plain dialplan: what later tests say about fernamt is worth as much as this. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { HOLD_MUSIC_HZ, startAsterisk } from '../support/asterisk.ts';
import { cut, silences, TONES_HZ, toneSpans } from '../support/audio.ts';
import { startBench } from '../support/bench.ts';
import { runSipp } from '../support/sipp.ts';

const [low, high, third] = TONES_HZ;

// Option t keeps the legs out of native_rtp, which begins hold music with a new RTP stream; see docs/asterisk.md.
const DIALPLAN = `
[fernamt-phones]
exten => _100X,1,Dial(PJSIP/\${EXTEN},20,gt)
 same => n,Hangup(\${HANGUPCAUSE})
exten => 404,1,Hangup(1)
exten => 600,1,Dial(PJSIP/1002&PJSIP/1003,20)
exten => _+X.,1,Dial(PJSIP/\${EXTEN}@carrier,20)
[fernamt-trunk]
exten => _+4930555.,1,Dial(PJSIP/1001,20)
`;

const bench = await startBench({ name: 'bench', withoutFernamt: true, dialplan: DIALPLAN });
after(() => bench.stop());

async function talk() {
  const alice = await bench.phone('1001').calls('1002', { playing: low });
  const bob = await bench.phone('1002').rings();
  await alice.hearsRinging();
  await bob.answers({ playing: high });
  await alice.isAnswered();
  return { alice, bob };
}

test('two phones hear each other and nobody hears himself', async () => {
  const { alice, bob } = await talk();
  assert.equal(bob.caller.number, '1001');
  await Promise.all([alice.hears(high), bob.hears(low)]);
  await Promise.all([alice.doesNotHear(low), bob.doesNotHear(high), bob.doesNotHear(third)]);
  assert.equal((await alice.hangsUp()).cause, 16);
  assert.equal((await bob.hungUp()).cause, 16);
});

test('hears and doesNotHear fail when the opposite is so, and say what was there', async () => {
  const { alice, bob } = await talk();
  await bob.hears(low);
  await assert.rejects(bob.hears(third, 300), /does not hear 1418 Hz within 300 ms/);
  await assert.rejects(bob.doesNotHear(low, 200), /hears 688 Hz \(-1\d\.\d dBFS/);
  await alice.hangsUp();
  await bob.hungUp();
});

test('a tone changes, comes for a while, and comes back', async () => {
  const { alice, bob } = await talk();
  await bob.hears(low);
  const from = bob.heard.seconds;
  await alice.playsFor(third, 300);
  await alice.plays(low);
  await bob.hears(low);
  const [first, ...more] = toneSpans(cut(bob.heard.audio, { from, to: bob.heard.seconds }), third);
  const last = more.at(-1) ?? first;
  assert.ok(first && last && Math.abs(last.to - first.from - 0.3) < 0.05, JSON.stringify([first, last]));
  await bob.hangsUp();
  await alice.hungUp();
});

// Under load the ear misses single packets, so that this is no measure of what a recording holds.
test('a tone of two seconds arrives as good as whole', async () => {
  const { alice, bob } = await talk();
  await bob.hears(low);
  const from = bob.heard.seconds;
  await bob.heard.until(() => bob.heard.seconds >= from + 2, 4_000);
  const gaps = silences(cut(bob.heard.audio, { from, to: from + 2 }), 10);
  assert.ok(gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0) < 0.2, JSON.stringify(gaps));
  await alice.hangsUp();
});

for (const mode of ['rfc4733', 'info'] as const) {
  test(`digits sent by ${mode} reach the other phone, and the tone goes on`, async () => {
    const { alice, bob } = await talk();
    await alice.presses('15#', { mode });
    await bob.receives('15#');
    await bob.hears(low);
    await alice.hangsUp();
  });
}

test('a digit in the band is a mere tone', async () => {
  const { alice, bob } = await talk();
  await alice.presses('5', { mode: 'inband', durationMs: 200 });
  await bob.hears(770);
  await bob.hears(low);
  assert.equal(bob.digits, '');
  await alice.hangsUp();
});

test('who is put on hold hears the music, and the talk again afterwards', async () => {
  const { alice, bob } = await talk();
  await bob.holds();
  await alice.hears(HOLD_MUSIC_HZ);
  await bob.resumes();
  await alice.hears(high);
  await alice.doesNotHear(HOLD_MUSIC_HZ);
  await alice.hangsUp();
});

test('refusals arrive with their SIP status and cause', async () => {
  const expected = { declines: [21, 603], isBusy: [17, 486], isUnavailable: [19, 480] } as const;
  for (const [how, [cause]] of Object.entries(expected)) {
    const alice = await bench.phone('1001').calls('1003');
    const carol = await bench.phone('1003').rings();
    await carol[how as keyof typeof expected]();
    assert.equal((await alice.hungUp()).cause, cause, how);
  }
  const alice = await bench.phone('1001').calls('404');
  assert.deepEqual(await alice.hungUp(), { cause: 1, sipStatus: 404 });
});

test('a caller who gives up while it rings ends the call at the phone', async () => {
  const alice = await bench.phone('1001').calls('1002');
  const bob = await bench.phone('1002').rings();
  await alice.hearsRinging();
  await alice.hangsUp();
  await bob.hungUp();
  assert.equal(bob.wasAnswered, false);
});

test('a phone is told that another one was quicker', async () => {
  const alice = await bench.phone('1001').calls('600');
  const [bob, carol] = await Promise.all([bench.phone('1002').rings(), bench.phone('1003').rings()]);
  await carol.answers();
  assert.equal((await bob.hungUp()).cause, 26);
  await alice.hangsUp();
  await carol.hungUp();
});

test('early media is heard before the answer', async () => {
  const alice = await bench.phone('1001').calls('1002');
  const bob = await bench.phone('1002').rings();
  await bob.playsEarly(high);
  await alice.getsEarlyMedia();
  await alice.hears(high);
  assert.equal(alice.wasAnswered, false);
  await alice.hangsUp();
});

test('a phone with habits answers or refuses by itself', async () => {
  bench.phone('1004').behaves({ kind: 'answers', afterMs: 200, playing: third });
  const alice = await bench.phone('1001').calls('1004');
  await alice.isAnswered();
  await alice.hears(third);
  await alice.hangsUp();
  bench.phone('1005').behaves({ kind: 'refuses', how: 'busy' });
  const again = await bench.phone('1001').calls('1005');
  assert.equal((await again.hungUp()).sipStatus, 486);
});

test('a call from the trunk shows the caller, and a hidden number stays hidden', async () => {
  const caller = await bench.carrier.calls('+4930555010', {
    from: '+491711234567',
    name: 'Karla Kern',
    playing: third,
  });
  const bob = await bench.phone('1001').rings();
  assert.deepEqual(bob.caller, { name: 'Karla Kern', number: '+491711234567' });
  await bob.answers();
  await bob.hears(third);
  await caller.hangsUp();
  await bob.hungUp();
  const hidden = await bench.carrier.calls('+4930555010', { from: '+491711234567', withheld: true });
  const ringing = await bench.phone('1001').rings();
  assert.notEqual(ringing.caller.number, '+491711234567');
  await hidden.hangsUp();
});

test('an outbound call reaches the carrier with its number', async () => {
  const alice = await bench.phone('1001').calls('+491719999999', { playing: low });
  const outside = await bench.carrier.receives('+491719999999');
  assert.equal(outside.caller.number, '1001');
  await outside.answers({ playing: high });
  await Promise.all([alice.hears(high), outside.hears(low)]);
  await outside.hangsUp();
  assert.equal((await alice.hungUp()).cause, 16);
});

test('20 calls at once are heard on both sides', async () => {
  bench.phone('1006').behaves({ kind: 'answers', playing: high });
  const callers = await Promise.all(
    Array.from({ length: 20 }, () => bench.phone('1001').calls('1006', { playing: low })),
  );
  await Promise.all(callers.map((caller) => caller.hears(high)));
  const called = await Promise.all(callers.map(() => bench.phone('1006').rings()));
  await Promise.all(called.map((party) => party.hears(low)));
  await Promise.all(callers.map((caller) => caller.hangsUp()));
  await Promise.all(called.map((party) => party.hungUp()));
});

test('SIPp gives up while it rings, and says what was sent', async () => {
  const call = { scenario: 'cancel-while-ringing', system: bench.asterisk, from: '1001', to: '1002' };
  const [result, bob] = await Promise.all([runSipp({ ...call, keys: { ring_ms: 100 } }), bench.phone('1002').rings()]);
  assert.equal(result.exitCode, 0, result.complaints);
  assert.match(result.messages, /^CANCEL sip:1002@/m);
  await bob.hungUp();
});

test('SIPp holds a call by re-INVITE and takes it up again', async () => {
  const call = { scenario: 'hold-by-reinvite', system: bench.asterisk, from: '1001', to: '1002' };
  const sipp = runSipp({ ...call, keys: { hold_ms: 400, talk_ms: 400 } });
  const bob = await bench.phone('1002').answers();
  await bob.hears(HOLD_MUSIC_HZ);
  await bob.hearsNoMore(HOLD_MUSIC_HZ);
  assert.equal((await sipp).exitCode, 0, (await sipp).complaints);
  await bob.hungUp();
});

test('a SIPp call that goes otherwise than its scenario is a failure', async () => {
  const call = { scenario: 'cancel-while-ringing', system: bench.asterisk, from: '1001', to: '404' };
  const result = await runSipp({ ...call, keys: { ring_ms: 100 } });
  assert.notEqual(result.exitCode, 0);
});

test('two systems run side by side, each with ports and directories of its own', async () => {
  const other = await startAsterisk({ name: 'other', withoutFernamt: true });
  try {
    assert.notEqual(other.ariUrl, bench.asterisk.ariUrl);
    assert.notEqual(other.directory, bench.asterisk.directory);
    assert.match(await other.cli('core show channels count'), /0 active calls/);
    assert.match(await bench.asterisk.cli('core show version'), /^Asterisk /);
  } finally {
    await other.stop();
  }
});

test('a restarted and a killed system come back on the same ports and take calls', async () => {
  const { pid, ariUrl } = bench.asterisk;
  await bench.asterisk.restart();
  assert.notEqual(bench.asterisk.pid, pid);
  await bench.asterisk.kill('SIGKILL');
  assert.throws(() => bench.asterisk.pid, /not running/);
  await bench.asterisk.start();
  assert.equal(bench.asterisk.ariUrl, ariUrl);
  const { alice, bob } = await talk();
  await bob.hears(low);
  await alice.hangsUp();
});

test('nothing goes wrong in the log', async () => {
  const log = await readFile(bench.asterisk.logFile, 'utf8');
  assert.match(log, /Asterisk Ready/);
  const complaints = log.split('\n').filter((line) => /\] (ERROR|WARNING)\[/.test(line));
  assert.deepEqual(complaints, []);
});
