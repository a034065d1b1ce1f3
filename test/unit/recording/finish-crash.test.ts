import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../../../bin/programs.ts';
import { createCatalogue } from '../../../src/recording/catalogue/catalogue.ts';
import type { AudioFormat, StoredRecording } from '../../../src/recording/model.ts';
import { openDatabase } from '../../../src/store/database.ts';
import {
  aClosing,
  anOpening,
  aPart,
  makeDividedWorkshop,
  makeWorkshop,
  namesIn,
  removeWorkshop,
  startUnattended,
  tone,
  writeRecorded,
  type Workshop,
} from './workshop.ts';

ensureCommands(['ffmpeg']);

const child = fileURLToPath(new URL('finishing-child.ts', import.meta.url));
const recordings = 12;
const rounds = process.env['FERNAMT_TEST_ALL'] === '1' ? 60 : 9;

/** Different delays every day, the same ones for the same seed. */
function* randomNumbers(seed: string): Generator<number> {
  for (let i = 0; ; i++) yield createHash('sha256').update(`${seed} ${i}`).digest().readUInt32LE(0) / 2 ** 32;
}

interface Work {
  readonly format: AudioFormat;
  readonly what: 'finish' | 'erase';
  /** About how long it takes whole. */
  readonly lastsMs: number;
}

/** Runs the child; kills it so many milliseconds after it began to work, if it is not done by then. */
async function runChild({ root }: Workshop, work: Work, killAfterMs?: number): Promise<'ended' | 'killed'> {
  const options = ['--import', 'tsx', child, root, work.format, work.what];
  const running = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of running.stdout) {
    output += String(chunk);
    if (killAfterMs !== undefined && output.startsWith('begins'))
      setTimeout(() => running.kill('SIGKILL'), killAfterMs);
  }
  return output.endsWith('ends 0\n') ? 'ended' : 'killed';
}

/** All begun before the same moment, so that they fight for the same names; half of them in two lanes. */
async function begin(workshop: Workshop, { what }: Work): Promise<void> {
  const { finisher, catalogue, database } = await startUnattended(workshop);
  for (let i = 0; i < recordings; i++) {
    const call = `call${i}`;
    const parts = i % 4 < 2 ? [aPart(call, 1)] : [aPart(call, 1), aPart(call, 2)];
    const opening = anOpening(call, { parts, layout: parts.length === 1 ? 'single' : 'lanes' });
    finisher.open(opening);
    for (const part of parts)
      writeRecorded(workshop.recordingDirectory, part.name, tone(0.5, 300 + 100 * i), { ageMs: 60_000 });
    // Of those to be erased a third runs, a third is being finished, and a third is finished.
    if (what === 'erase' && i % 3 === 1) catalogue.close({ ...aClosing(opening, 0.5), origin: 'told', closedAt: 1 });
    if (what === 'erase' && i % 3 === 2) finisher.close(aClosing(opening, 0.5));
  }
  await finisher.drained();
  await finisher.stop();
  await database.close();
}

function readAll(workshop: Workshop): Promise<readonly StoredRecording[]> {
  return openDatabase(workshop.databasePath).then(async (database) => {
    const all = createCatalogue(database).list({ limit: 100 })?.recordings ?? [];
    await database.close();
    return all;
  });
}

async function checkFinished(workshop: Workshop, { format }: Work): Promise<void> {
  const { directory, recordingDirectory } = workshop;
  const all = await readAll(workshop);
  assert.equal(all.length, recordings);
  assert.deepEqual(namesIn(recordingDirectory), []);
  assert.equal(namesIn(directory).length, 3 * recordings);
  assert.deepEqual(namesIn(join(directory, '.unfinished')), []);
  for (const { opening, base, outcome, state } of all) {
    const name = `${base}.${format}`;
    const audio = readFileSync(join(directory, name));
    assert.equal(state, 'kept');
    assert.equal(outcome?.verdict.judgement, 'ok');
    assert.equal(createHash('sha256').update(audio).digest('hex'), outcome.audio?.sha256);
    assert.equal(readFileSync(join(directory, `${name}.sha256`), 'utf8'), `${outcome.audio?.sha256}  ${name}\n`);
    assert.equal((JSON.parse(readFileSync(join(directory, `${base}.json`), 'utf8')) as { id: string }).id, opening.id);
    const samples = format === 'wav' ? audio : decode(join(directory, name));
    assert.equal(samples.length, 44 + 8000 * opening.parts.length);
  }
}

function decode(path: string): Buffer {
  const options = ['-nostdin', '-loglevel', 'error', '-i', path, '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  return execFileSync('ffmpeg', [...options, '-f', 'wav', 'pipe:1']);
}

async function checkErased(workshop: Workshop): Promise<void> {
  const { directory, recordingDirectory } = workshop;
  const all = await readAll(workshop);
  assert.equal(all.length, recordings);
  for (const place of [recordingDirectory, directory, join(directory, '.unfinished')]) {
    assert.deepEqual(namesIn(place), []);
  }
  for (const { state, erasure } of all) {
    assert.equal(state, 'deleted');
    assert.deepEqual(erasure?.by, { kind: 'user', extension: '1001' });
  }
}

async function killAgainAndAgain(work: Work, rounds: number): Promise<void> {
  const seed = process.env['FERNAMT_TEST_SEED'] ?? 'any';
  const numbers = randomNumbers(seed);
  let killed = 0;
  for (let round = 0; round < rounds;) {
    const workshop = round % 2 === 0 ? makeWorkshop() : makeDividedWorkshop();
    await begin(workshop, work);
    for (let end = 'killed'; end === 'killed' && round < rounds; round++) {
      end = await runChild(workshop, work, (numbers.next().value ?? 0) * work.lastsMs);
      if (end === 'killed') killed += 1;
    }
    assert.equal(await runChild(workshop, work), 'ended');
    await (work.what === 'erase' ? checkErased(workshop) : checkFinished(workshop, work));
    removeWorkshop(workshop);
  }
  assert.ok(killed > 0, `with the seed ${seed} nothing was killed`);
}

test('however often it is killed while it finishes, every recording is there once and whole', async () => {
  await killAgainAndAgain({ format: 'wav', what: 'finish', lastsMs: 120 }, rounds);
});

test('however often it is killed while it converts, every recording is there once and whole', async () => {
  await killAgainAndAgain({ format: 'flac', what: 'finish', lastsMs: 1500 }, rounds);
});

test('however often it is killed while it erases, nothing of any recording is left but who erased it', async () => {
  await killAgainAndAgain({ format: 'wav', what: 'erase', lastsMs: 150 }, rounds);
});
