import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCatalogue } from '../../../src/recording/catalogue.ts';
import { openDatabase } from '../../../src/store/database.ts';
import {
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

const child = fileURLToPath(new URL('finishing-child.ts', import.meta.url));
const recordings = 12;
const rounds = process.env['FERNAMT_TEST_ALL'] === '1' ? 60 : 9;

/** Different delays every day, the same ones for the same seed. */
function* randomNumbers(seed: string): Generator<number> {
  for (let i = 0; ; i++) yield createHash('sha256').update(`${seed} ${i}`).digest().readUInt32LE(0) / 2 ** 32;
}

/** Runs the child; kills it so many milliseconds after it began to work, if it is not done by then. */
async function runChild({ root }: Workshop, killAfterMs?: number): Promise<'ended' | 'killed'> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of running.stdout) {
    output += String(chunk);
    if (killAfterMs !== undefined && output.startsWith('begins'))
      setTimeout(() => running.kill('SIGKILL'), killAfterMs);
  }
  return output.endsWith('ends 0\n') ? 'ended' : 'killed';
}

/** All begun before the same moment, so that they fight for the same names; half of them in two lanes. */
async function begin(workshop: Workshop): Promise<void> {
  const { finisher, database } = await startUnattended(workshop);
  for (let i = 0; i < recordings; i++) {
    const call = `call${i}`;
    const parts = i % 4 < 2 ? [aPart(call, 1)] : [aPart(call, 1), aPart(call, 2)];
    finisher.open(anOpening(call, { parts, layout: parts.length === 1 ? 'single' : 'lanes' }));
    for (const part of parts)
      writeRecorded(workshop.recordingDirectory, part.name, tone(0.5, 300 + 100 * i), { ageMs: 60_000 });
  }
  await finisher.stop();
  await database.close();
}

async function checkAll(workshop: Workshop): Promise<void> {
  const { directory, recordingDirectory } = workshop;
  const database = await openDatabase(workshop.databasePath);
  const all = createCatalogue(database).list({ limit: 100 })?.recordings ?? [];
  await database.close();
  assert.equal(all.length, recordings);
  assert.deepEqual(namesIn(recordingDirectory), []);
  assert.equal(namesIn(directory).length, 3 * recordings);
  assert.deepEqual(namesIn(join(directory, '.unfinished')), []);
  for (const { opening, base, outcome, state } of all) {
    const audio = readFileSync(join(directory, `${base}.wav`));
    assert.equal(state, 'kept');
    assert.equal(outcome?.verdict.judgement, 'ok');
    assert.equal(createHash('sha256').update(audio).digest('hex'), outcome.audio?.sha256);
    assert.equal(
      readFileSync(join(directory, `${base}.wav.sha256`), 'utf8'),
      `${outcome.audio?.sha256}  ${base}.wav\n`,
    );
    assert.equal((JSON.parse(readFileSync(join(directory, `${base}.json`), 'utf8')) as { id: string }).id, opening.id);
    assert.equal(audio.length, 44 + 8000 * opening.parts.length);
  }
}

test('however often it is killed while it finishes, every recording is there once and whole', async () => {
  const seed = process.env['FERNAMT_TEST_SEED'] ?? 'any';
  const numbers = randomNumbers(seed);
  let killed = 0;
  for (let round = 0; round < rounds;) {
    const workshop = round % 2 === 0 ? makeWorkshop() : makeDividedWorkshop();
    await begin(workshop);
    // Once whole, it takes about 150 ms.
    for (let end = 'killed'; end === 'killed' && round < rounds; round++) {
      end = await runChild(workshop, (numbers.next().value ?? 0) * 120);
      if (end === 'killed') killed += 1;
    }
    assert.equal(await runChild(workshop), 'ended');
    await checkAll(workshop);
    removeWorkshop(workshop);
  }
  assert.ok(killed > 0, `with the seed ${seed} nothing was killed`);
});
