import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Level } from '../../../src/lib/level.ts';
import { judge, type Evidence } from '../../../src/recording/files/judgement.ts';
import { judgementRules } from './workshop.ts';

function level(seconds: number, soundSeconds: number): Level {
  return { seconds, soundSeconds, peakDbfs: -6, rmsDbfs: -20, loudestDbfs: -12 };
}

function lanes(seconds: number, left: number, right: number): NonNullable<Evidence['lanes']> {
  return [
    { name: 'the outside party', level: level(seconds, left) },
    { name: 'our side', level: level(seconds, right) },
  ];
}

function evidence(change: Partial<Evidence> = {}): Evidence {
  return { rules: judgementRules, faults: [], level: level(30, 20), expectedSeconds: 30, ...change };
}

const { level: _, ...withoutFile } = evidence();

const rows: readonly (readonly [what: string, evidence: Evidence, findings: readonly string[]])[] = [
  ['a talk in which both speak is in order', evidence({ lanes: lanes(30, 10, 10) }), []],
  ['a talk of unknown length is not short', { rules: judgementRules, faults: [], level: level(2, 1) }, []],
  ['no readable file is unreadable', { ...withoutFile, faults: ['Asterisk wrote no file x'] }, ['unreadable']],
  ['one missing lane is unreadable', evidence({ faults: ['Asterisk wrote no file x'] }), ['unreadable']],
  ['a file that was cut off is recovered', evidence({ cutOff: 'Asterisk did not close x' }), ['recovered']],
  ['no sound in a talk is silent', evidence({ level: level(30, 0.04) }), ['silent']],
  ['a click does not make a talk', evidence({ level: level(30, 0.08) }), ['silent']],
  ['a word makes a talk', evidence({ level: level(30, 0.1) }), []],
  ['nobody speaks in half a second', evidence({ level: level(0.5, 0), expectedSeconds: 0.5 }), []],
  ['an empty file of a talk is silent and short', evidence({ level: level(0, 0) }), ['silent', 'short']],
  ['a second less is not short yet', evidence({ level: level(29, 20) }), []],
  ['more than a second less is short', evidence({ level: level(28.9, 20) }), ['short']],
  ['longer than expected is in order', evidence({ level: level(40, 20) }), []],
  ['one mute lane is one-sided', evidence({ lanes: lanes(30, 20, 0.02) }), ['oneSided']],
  ['two mute lanes are silent, not one-sided', evidence({ level: level(30, 0), lanes: lanes(30, 0, 0) }), ['silent']],
  [
    'below ten seconds one may listen',
    evidence({ level: level(9.9, 9), expectedSeconds: 9.9, lanes: lanes(9.9, 9, 0) }),
    [],
  ],
  ['no packets from the party is one-sided', evidence({ packets: { received: 0, sent: 1500 } }), ['oneSided']],
  ['no packets to the party is one-sided', evidence({ packets: { received: 1500, sent: 12 } }), ['oneSided']],
  ['few packets are enough', evidence({ packets: { received: 31, sent: 1500 } }), []],
  ['lanes say more than packets', evidence({ lanes: lanes(30, 9, 9), packets: { received: 0, sent: 1500 } }), []],
  ['paused time is not silent', evidence({ level: level(6, 0), expectedSeconds: 6, pausedSeconds: 5.5 }), []],
  [
    'silence beside a pause is silent',
    evidence({ level: level(6, 0), expectedSeconds: 6, pausedSeconds: 4 }),
    ['silent'],
  ],
  ['less than ten seconds beside a pause one may listen', evidence({ lanes: lanes(30, 9, 0), pausedSeconds: 21 }), []],
  ['one mute lane beside a pause is one-sided', evidence({ lanes: lanes(30, 9, 0), pausedSeconds: 20 }), ['oneSided']],
  ['paused time is in the file: less of it is short', evidence({ level: level(25, 9), pausedSeconds: 5 }), ['short']],
  [
    'the worst comes first',
    evidence({ faults: ['x'], cutOff: 'y', level: level(12, 8), lanes: lanes(12, 8, 0) }),
    ['unreadable', 'recovered', 'oneSided', 'short'],
  ],
];

for (const [what, some, findings] of rows) {
  test(what, () => {
    const verdict = judge(some);
    assert.deepEqual(verdict.findings, findings);
    assert.equal(verdict.judgement, findings[0] ?? 'ok');
  });
}

test('the method tells an auditor what was looked at', () => {
  const { method } = judge(evidence({ lanes: lanes(30, 12.5, 7) }));
  assert.equal(
    method,
    'The finished file was read from the disk to its end: 30 s of audio; the parties were connected for 30 s; ' +
      'more than 1 s less is short. Something can be heard (20 ms louder than -55 dBFS) in 20 s of it, the loudest ' +
      '20 ms have -12 dBFS; less than 0.1 s is silent. ' +
      'Both directions were judged apart: the outside party in 12.5 s, our side in 7 s.',
  );
});

const sides: readonly (readonly [evidence: Evidence, words: RegExp])[] = [
  [evidence({ packets: { received: 5, sent: 1500 } }), /RTP packets: 5 received, 1500 sent/],
  [evidence(), /cannot be told: both are in one lane/],
  [evidence({ level: level(3, 2) }), /is not judged below 10 s/],
  [evidence({ faults: ['Asterisk wrote no file x'] }), /^Asterisk wrote no file x\. /],
  [{ ...withoutFile, faults: ['Asterisk wrote no file x'] }, /There is no audio to judge\.$/],
  [evidence({ cutOff: 'Asterisk did not close x' }), /Asterisk did not close x\. /],
];

for (const [some, words] of sides) {
  test(`the method says ${String(words)}`, () => {
    assert.match(judge(some).method, words);
  });
}
