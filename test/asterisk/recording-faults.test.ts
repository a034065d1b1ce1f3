/** Recordings where callers and disks do their worst. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, afterEach, before, describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { RecordingView } from '../../src/http/ports.ts';
import { leavesNothing } from '../support/aftermath.ts';
import { readWav, secondsOf, TONES_HZ, toneDbfs } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import type { LogLine } from '../support/server.ts';
import { runSipp } from '../support/sipp.ts';
import { startSite, type Site } from '../support/site.ts';

const run = promisify(execFile);
const [low, , , , high] = TONES_HZ;

/** Names that callers may send; a sign of ringing, an escape, and so on. */
const names: Readonly<Record<string, string>> = {
  'control characters': 'a\u0001\u0007\u001b[31mred\u007f\u0085z',
  'a way out': '../../../../etc/passwd',
  quotes: `"' \\" ; $(reboot) \`id\` \${PATH} %s`,
  'right-to-left': '\u202egpj.exe \u2066\u05d0\u05d1\u200f',
  'a long one': 'x'.repeat(2000),
};
/** P-Asserted-Identity as only a carrier gone mad would send it. */
const identities: Readonly<Record<string, string>> = {
  'an escaped way out': '"..%2f.." <sip:..%2f..%2f..%2fetc%2fpasswd@example.org>',
  'a path': '<sip:../../../tmp/x@example.org>',
  'control characters': '"\u0001\u0007\u001b" <sip:%00%0d%0a%1b49@example.org>',
  'quotes and commas': '"a, \\"b\\" ${EXTEN}" <sip:+49,30${CHANNEL(name)}"1@example.org>',
  brackets: '"((" <sip:(030)-555.999@example.org;user=phone>',
  'no number': '"nobody" <sip:example.org>',
  'half a character': '"\u00e4\u00f6 \ud83d" <sip:+49171%ff%fe@example.org>',
  'a telephone URI': '<tel:+491711234567;ext=99>',
};

describe('recordings in bad surroundings', () => {
  let site: Site;
  let directory: string;
  before(async () => {
    // Another file system than Asterisk's.
    directory = await mkdtemp('/dev/shm/fernamt-recordings-');
    site = await startSite({
      name: 'recording-faults',
      config: {
        recording: {
          directory,
          filename: '$caller_$callee_$callid',
          settings: [{ name: 'Everything', select: { all: true } }],
        },
      },
    });
  });
  after(async () => {
    await site.stop();
    await rm(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    site.phones.phone('1002').behaves({ kind: 'rings' });
    await leavesNothing(site);
  });
  const phone = (name: string) => site.phones.phone(name);
  const pathOf = ({ base }: RecordingView, ending: string): string => join(directory, base + ending);

  async function connect(): Promise<{ caller: Party; callee: Party }> {
    const caller = await phone('1003').calls('1004', { playing: low });
    const callee = await phone('1004').answers({ playing: high });
    await hearEachOther(caller, callee);
    await hearEachOther(caller, callee);
    return { caller, callee };
  }

  async function hearEachOther(caller: Party, callee: Party): Promise<void> {
    await Promise.all([caller.hears(high), callee.hears(low)]);
  }

  async function end({ caller, callee }: { caller: Party; callee: Party }): Promise<void> {
    await caller.hangsUp();
    await callee.hungUp();
  }

  function finished(fits: (recording: RecordingView) => boolean): Promise<RecordingView> {
    return eventually('the recording is finished', async () =>
      (await site.server.recordings()).find((one) => fits(one) && one.state === 'kept'),
    );
  }

  /** Every file lies in the directory under a harmless name, and the metadata can be read. */
  async function assertHarmless(): Promise<void> {
    const entries = (await readdir(directory, { withFileTypes: true })).filter(({ name }) => name !== '.unfinished');
    for (const { name } of entries) {
      assert.match(name, /^[^\u0000-\u001f\u007f"'/\\:*?<>|]+\.(?:wav|json|wav\.sha256)$/u);
      assert.ok(Buffer.byteLength(name) <= 255);
    }
    const isThere = ({ state, seconds }: RecordingView): boolean => state === 'kept' && seconds !== null;
    const recordings = (await site.server.recordings()).filter(isThere);
    assert.equal(entries.length, 3 * recordings.length);
    for (const one of recordings) {
      assert.equal(relative(directory, pathOf(one, '.wav')).includes('/'), false);
      const metadata = JSON.parse(await readFile(pathOf(one, '.json'), 'utf8')) as { readonly id: string };
      assert.equal(metadata.id, one.id);
      await run('sha256sum', ['-c', '--', `${one.base}.wav.sha256`], { cwd: directory });
    }
  }

  test('finished recordings may lie on another file system than those of Asterisk', async () => {
    assert.notEqual((await stat(directory)).dev, (await stat(site.asterisk.recordingDirectory)).dev);
    await end(await connect());
    const recording = await finished(() => true);
    assert.equal(recording.judgement, 'ok');
    const audio = await readWav(pathOf(recording, '.wav'));
    for (const hz of [low, high])
      assert.ok(toneDbfs(audio, hz) > -30, `${String(hz)} Hz in ${String(secondsOf(audio))} s`);
    await eventually(
      'Asterisk’s directory is empty',
      async () => (await readdir(site.asterisk.recordingDirectory)).length === 0,
    );
    await assertHarmless();
  });

  test('whatever name and number a caller shows, the call is put through and its files are harmless', async () => {
    for (const [what, name] of Object.entries(names)) {
      const caller = await site.phones.carrier.calls('+4930555012', { from: '+491711234567', name, playing: low });
      const callee = await phone('1001')
        .answers({ playing: high })
        .catch((error: unknown) => {
          throw new Error(what, { cause: error });
        });
      await hearEachOther(caller, callee);
      await end({ caller, callee });
    }
    await assertHarmless();
  });

  test('whatever identity a trunk asserts, the call is put through and its files are harmless', async () => {
    phone('1001').behaves({ kind: 'answers', playing: high });
    const call = { scenario: 'strange-caller', system: site.asterisk, from: 'carrier', to: '+4930555012' };
    for (const [what, identity] of Object.entries(identities)) {
      const result = await runSipp({ ...call, keys: { identity, talk_ms: 200 } });
      assert.equal(result.exitCode, 0, `${what}: ${result.complaints}`);
    }
    // Nobody has to take a packet of this size; it must only do no harm.
    await runSipp({
      ...call,
      keys: { identity: `"${'x'.repeat(10_000)}" <sip:+491711234567@example.org>`, talk_ms: 200 },
      timeoutSeconds: 2,
    });
    phone('1001').behaves({ kind: 'rings' });
    await site.isEmpty();
    await end(await connect());
    await eventually('all are finished', async () =>
      (await site.server.recordings()).every(({ state }) => state === 'kept'),
    );
    await assertHarmless();
  });

  test('the list of the CLI and that of the HTTP interface are the same, and every file in it is there', async () => {
    const shown = await site.server.recordings();
    const { code, stdout } = await site.server.cli('recordings', 'list', '--json');
    assert.equal(code, 0);
    const listed = JSON.parse(stdout) as readonly (RecordingView & { readonly files: readonly string[] })[];
    assert.deepEqual(
      listed.map(({ files: _, ...facts }) => facts),
      shown,
    );
    for (const one of listed) {
      assert.deepEqual(
        one.files,
        ['.wav', '.json', '.wav.sha256'].map((ending) => pathOf(one, ending)),
      );
      for (const file of one.files) assert.ok((await stat(file)).isFile());
    }
  });

  test('where Asterisk cannot write its recordings calls go on; log, metrics and readiness say so until it is mended', async (t) => {
    const mended = await broken(t, site.asterisk.recordingDirectory);
    const from = site.server.log.length;
    const talk = await connect();
    // Asterisk tells of a file that it cannot open as of one that began and ended.
    await eventually('it is shown', async () => (await site.server.calls())[0]?.recording.state === 'failed');
    await hearEachOther(talk.caller, talk.callee);
    await end(talk);
    const ready = await eventually('it is not ready', async () => {
      const answer = await fetch(`${site.server.url}/readyz`);
      return (
        answer.status === 503 && ((await answer.json()) as { readonly reasons: readonly { readonly code: string }[] })
      );
    });
    assert.deepEqual(
      ready.reasons.map(({ code }) => code),
      ['directory-not-usable'],
    );
    const metrics = await (await fetch(`${site.server.url}/metrics`)).text();
    assert.match(metrics, /^fernamt_recordings_failed_total\{stage="record"\} 1$/m);
    for (const message of ['recording failed', 'directory looked at']) {
      const isIt = (line: LogLine) => line.level === 'error' && line.message === message;
      await eventually(`"${message}" is logged`, () => site.server.log.slice(from).some(isIt));
    }
    await mended();
    await eventually('it is ready again', async () => (await fetch(`${site.server.url}/readyz`)).ok);
    const since = Date.now();
    await end(await connect());
    const next = await finished(({ startedAt }) => Date.parse(startedAt) >= since);
    assert.equal(next.judgement, 'ok');
  });

  test('where finished recordings cannot be written they wait, and are finished when they can', async (t) => {
    const before = await site.server.recordings();
    const mended = await broken(t, directory);
    await end(await connect());
    await eventually('the failure is logged', () =>
      site.server.log.some(({ message, stage }) => message === 'recording failed' && stage === 'finish'),
    );
    await end(await connect());
    await mended();
    const all = await site.server.finishedRecordings(before.length + 2);
    assert.deepEqual(
      all.slice(0, 2).map(({ judgement }) => judgement),
      ['ok', 'ok'],
    );
    await eventually(
      'Asterisk’s directory is empty',
      async () => (await readdir(site.asterisk.recordingDirectory)).length === 0,
    );
    await assertHarmless();
  });
});

/** Nobody can write into a directory that is none, whatever his rights. Gives the way to mend it. */
async function broken(context: TestContext, directory: string): Promise<() => Promise<void>> {
  await rename(directory, `${directory}.away`);
  await writeFile(directory, '');
  let isBroken = true;
  const mend = async (): Promise<void> => {
    if (!isBroken) return;
    isBroken = false;
    await rm(directory);
    await rename(`${directory}.away`, directory);
  };
  context.after(mend);
  return mend;
}
