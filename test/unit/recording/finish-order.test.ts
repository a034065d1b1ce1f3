/**
 * What must be on the disk before what, for the day when the power goes: seen from outside, by the system calls that the
 * process makes. A call is before another one if it has ended when the other one begins.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../../../bin/programs.ts';
import {
  aClosing,
  anOpening,
  aPart,
  makeDividedWorkshop,
  makeWorkshop,
  removeWorkshop,
  silence,
  startUnattended,
  tone,
  writeRecorded,
} from './workshop.ts';

const child = fileURLToPath(new URL('finishing-child.ts', import.meta.url));
const traced = 'write,pwrite64,writev,pwritev,fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat';

interface SystemCall {
  readonly name: string;
  readonly text: string;
  readonly begin: number;
  readonly end: number;
}

/** With `-f` a call may be told in two lines, with others in between. Calls that failed did nothing. */
function parseTrace(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, Omit<SystemCall, 'end'>>();
  for (const [at, line] of trace.split('\n').entries()) {
    const [, pid = '', name = '', text = ''] = /^(\d+)\s+(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$/.exec(line) ?? [];
    const begun = line.includes(' resumed>') ? unfinished.get(pid) : undefined;
    const call = { name, text: (begun?.text ?? '') + text, begin: begun?.begin ?? at };
    if (line.endsWith('<unfinished ...>')) unfinished.set(pid, call);
    else if (name !== '' && !call.text.includes(' = -1 ')) calls.push({ ...call, end: at });
  }
  return calls;
}

function traceChild(root: string, ...work: readonly string[]): readonly SystemCall[] {
  const output = join(root, 'trace');
  const options = ['-f', '-y', '-s', '0', '-e', `trace=${traced}`, '-o', output];
  ensureCommands(['strace']);
  const run = spawnSync('strace', [...options, process.execPath, '--import', 'tsx', child, root, ...work], {
    encoding: 'utf8',
  });
  assert.equal(run.error, undefined, 'this test needs strace');
  assert.match(run.stdout, /ends 0\n$/, run.stderr);
  return parseTrace(readFileSync(output, 'utf8'));
}

async function traceRecording(
  layout: 'single' | 'lanes',
  leadMs: number,
  workshop = makeWorkshop(),
  work: readonly string[] = [],
): Promise<readonly SystemCall[]> {
  const { finisher, catalogue, database } = await startUnattended(workshop);
  const parts = layout === 'single' ? [aPart('call1', 1)] : [aPart('call1', 1), aPart('call1', 2)];
  const opening = anOpening('call1', { parts, layout });
  finisher.open(opening);
  for (const part of parts) {
    writeRecorded(workshop.recordingDirectory, part.name, Int16Array.from([...silence(leadMs / 1000), ...tone(1)]));
  }
  catalogue.close({ ...aClosing(opening, 1, { leadMs }), origin: 'told', closedAt: 0 });
  await finisher.stop();
  await database.close();
  const calls = traceChild(workshop.root, ...work);
  removeWorkshop(workshop);
  return calls;
}

/** The last call of these names whose text holds `text`, of those that end before `before`. */
function lastCall(calls: readonly SystemCall[], names: RegExp, text: RegExp, before = Infinity): SystemCall {
  const found = calls.filter((call) => names.test(call.name) && text.test(call.text) && call.end < before).at(-1);
  assert.ok(found, `no ${String(names)} of ${String(text)} where one must be`);
  return found;
}

function assertOrder(calls: readonly SystemCall[], format = 'wav'): void {
  const removal = calls.find((call) => /^unlink/.test(call.name) && /fernamt-call1-rec1\.wav/.test(call.text));
  assert.ok(removal, 'the part is removed in the end');
  const logSynced = lastCall(calls, /^fdatasync$/, /fernamt\.db-wal/, removal.begin);
  const committed = lastCall(calls, /^pwrite/, /fernamt\.db-wal/, removal.begin);
  assert.ok(committed.end < logSynced.begin, 'the state is on the disk before a part is removed');
  const directorySynced = lastCall(calls, /^fsync$/, /recordings>/, committed.begin);
  for (const ending of ['\\.json', `\\.${format}\\.sha256`]) {
    const renamed = lastCall(calls, /^rename/, new RegExp(`/recordings/[^/]*${ending}"`), directorySynced.begin);
    lastCall(calls, /^fsync$/, /\.companion>/, renamed.begin);
  }
  const linked = lastCall(calls, /^link/, new RegExp(`\\.tmp".*/recordings/[^/]*\\.${format}"`), directorySynced.begin);
  const named = lastCall(calls, /^pwrite/, /fernamt\.db-wal/, linked.begin);
  const nameSynced = lastCall(calls, /^fdatasync$/, /fernamt\.db-wal/, linked.begin);
  assert.ok(named.end < nameSynced.begin, 'the name is reserved on the disk before the file gets it');
  const synced = lastCall(calls, /^fsync$/, /(?:\.tmp|\.tmp\.converted|rec1\.wav)>/, linked.begin);
  const written = calls.filter((call) => /^p?write/.test(call.name) && /\.tmp(?:\.converted)?>/.test(call.text));
  for (const call of written) assert.ok(call.end < synced.begin, 'all audio is written before it is synced');
}

test('a recording in two lanes is ordered for power loss', async () => {
  const calls = await traceRecording('lanes', 20);
  assertOrder(calls);
});

test('a recording whose lead is cut off is ordered for power loss', async () => {
  const calls = await traceRecording('single', 20);
  assertOrder(calls);
});

test('a recording that is taken over as it is, is ordered for power loss', async () => {
  const calls = await traceRecording('single', 0);
  assertOrder(calls);
});

test('a recording that comes from another file system is ordered for power loss', async () => {
  const calls = await traceRecording('single', 0, makeDividedWorkshop());
  assertOrder(calls);
});

test('a recording that is converted is ordered for power loss', async () => {
  const calls = await traceRecording('single', 20, makeWorkshop(), ['flac']);
  assertOrder(calls, 'flac');
  const synced = lastCall(calls, /^fsync$/, /\.tmp\.converted>/);
  const renamed = lastCall(calls, /^rename/, /\.tmp\.converted".*\.tmp"/);
  assert.ok(synced.end < renamed.begin, 'the converted audio is on the disk before the recorded one is gone');
});

test('an erasure is ordered for power loss', async () => {
  const calls = await traceRecording('single', 0, makeWorkshop(), ['wav', 'erase']);
  const removals = calls.filter((call) => /^unlink/.test(call.name) && /\.wav"/.test(call.text));
  const [first, last] = [removals[0], removals.at(-1)];
  assert.ok(first && last, 'something is removed');
  const logSynced = lastCall(calls, /^fdatasync$/, /fernamt\.db-wal/, first.begin);
  const noted = lastCall(calls, /^pwrite/, /fernamt\.db-wal/, first.begin);
  assert.ok(noted.end < logSynced.begin, 'who erased it is on the disk before anything is removed');
  const done = calls.filter((call) => /^pwrite/.test(call.name) && /fernamt\.db-wal/.test(call.text)).at(-1);
  const directorySynced = lastCall(calls, /^fsync$/, /\/asterisk>/);
  assert.ok(last.end < directorySynced.begin, 'the removal is made durable');
  assert.ok(done && directorySynced.end < done.begin, 'nothing counts as removed before its removal is durable');
});
