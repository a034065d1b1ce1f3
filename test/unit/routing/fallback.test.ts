import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { toFallbackDialplan } from '../../../src/routing/fallback.ts';
import { inexpressibleRoutes } from '../../../src/routing/fallback-outside.ts';
import type { FallbackSource } from '../../../src/routing/fallback-source.ts';
import { lintDialplan } from './dialplan-lint.ts';
import { samplePorts, sampleSource } from './fallback-sample.ts';

const samplePath = join(import.meta.dirname, 'fallback-sample.conf');

test('the routes of the sample configuration are those that were reviewed (UPDATE_SAMPLES=1 writes them anew)', () => {
  const text = toFallbackDialplan(sampleSource, samplePorts);
  if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(samplePath, text);
  assert.equal(text, readFileSync(samplePath, 'utf8'));
  assert.deepEqual(lintDialplan(text), []);
});

test('the same configuration gives the same text', () => {
  assert.equal(
    toFallbackDialplan(structuredClone(sampleSource), samplePorts),
    toFallbackDialplan(sampleSource, samplePorts),
  );
});

test('two applications on one Asterisk have contexts of their own', () => {
  const other = write({ asterisk: { application: 'other2', fallback: 'open' } });
  const headings = other.split('\n').filter((line) => line.startsWith('['));
  assert.ok(headings.length > 0 && headings.every((line) => line.startsWith('[other2-fallback-')));
  assert.ok(!other.includes('fernamt-fallback'));
});

test('a hotline decides for itself and every other call by the general rule', () => {
  const text = write({ asterisk: { application: 'fernamt', fallback: 'closed' } });
  assert.match(text, /\(in,\+4930555010,record,de,/);
  assert.match(text, /\(in,\+4930555012,closed,en,/);
  assert.match(text, /\(in,007,closed,en,/);
  assert.match(text, /\(out,\$\{EXTEN\},closed,/);
});

test('a hotline is reached in every notation that a trunk may send', () => {
  const context = contextOf(write({}), 'fernamt-fallback-trunk');
  for (const number of ['+4930555010', '4930555010', '004930555010', '030555010', '30555010', '555010']) {
    assert.ok(context.includes(`\nexten => ${number},1,`), number);
  }
});

test("one number's notation never takes the place of another number", () => {
  const hotlines = [
    { did: '+4930555010', name: 'One', destination: '600' },
    { did: '555010', name: 'Two', destination: '601' },
    { did: '+49555010123', name: 'Three', destination: '602' },
    { did: '+495550101', name: 'Four', destination: '602' },
  ];
  const context = contextOf(write({ hotlines }), 'fernamt-fallback-trunk');
  const names = context.split('\n').flatMap((line) => /^exten => ([^,]+),/.exec(line)?.[1] ?? []);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(lintDialplan(write({ hotlines })), []);
});

test('without a catch-all hotline an unknown number from a trunk gets cause 1', () => {
  const text = write({ hotlines: sampleSource.hotlines.filter((hotline) => hotline.did !== 'any') });
  assert.match(contextOf(text, 'fernamt-fallback-trunk'), /exten => _\[0-9\+\*#\]!,1,Hangup\(1\)/);
});

test('nothing that a trunk can call leads outside, but for numbers that the configuration names', () => {
  const text = write({});
  const reached = reachableFrom(text, 'fernamt-fallback-trunk');
  assert.ok(!reached.includes('fernamt-fallback-outside') && !reached.includes('fernamt-fallback-routes'));
  assert.ok(!reached.includes('fernamt-fallback-number') && !reached.includes('fernamt-fallback-emergency'));
});

test('an emergency number beats a service code and an extension of the same digits', () => {
  const text = write({
    serviceCodes: { groupLogin: '*81', groupLogout: '*80', spy: '110' },
    users: [...sampleSource.users, { extension: '112', name: 'Wrong' }],
  });
  const context = contextOf(text, 'fernamt-fallback-phones');
  for (const number of ['110', '112', '0110', '0112']) {
    const [line] = context.split('\n').filter((one) => one.startsWith(`exten => ${number},`));
    assert.equal(line, `exten => ${number},1,Goto(fernamt-fallback-emergency,${number.slice(-3)},1)`);
  }
});

test('an emergency call asks for no mode, no recording, no limit and no route', () => {
  const context = contextOf(write({}), 'fernamt-fallback-emergency');
  assert.doesNotMatch(context, /fallback-(start|routes|limit)|MixMonitor|FERNAMT_MODE/);
  assert.match(
    context,
    /fernamt-fallback-line1,\$\{FERNAMT_TO\},1\(emergency\)\)\n.*fernamt-fallback-line2,\$\{FERNAMT_TO\},1\(emergency\)/,
  );
});

test('only members that are logged in are rung', () => {
  const text = toFallbackDialplan(sampleSource, { ...samplePorts, activeMembers: () => ['1002'] });
  const context = contextOf(text, 'fernamt-fallback-group');
  assert.doesNotMatch(context, /member,1001/);
  assert.match(context, /member,1002/);
});

test('a route whose pattern a dialplan cannot express is left out and named', () => {
  const outboundRoutes = [
    { name: 'odd', pattern: '\\b0', trunks: ['carrier'], users: 'all' as const },
    ...sampleSource.outboundRoutes,
  ];
  assert.deepEqual(inexpressibleRoutes(outboundRoutes), ['odd']);
  const context = contextOf(write({ outboundRoutes }), 'fernamt-fallback-routes');
  assert.match(context, /cannot be|Not to be expressed here: odd/);
  assert.match(context, /same => n\(route1\),NoOp\(\)\n same => n\(route2\)/);
});

test('a user restricted by a route is let through only by that route', () => {
  const context = contextOf(write({}), 'fernamt-fallback-user');
  assert.match(context, /exten => 1001,1[^;]*FERNAMT_MAY=:1:\)/);
  assert.match(context, /exten => 1002,1[^;]*FERNAMT_MAY=:\)/);
});

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'${}[]()"\';,&|\\:?!=<>@/-.*#+_0123456789abXZN\n\r '), maxLength: 20 }),
  fc.constantFrom(
    '1001',
    '600',
    '+4930555010',
    '1001&PJSIP/1002',
    '${SHELL(id)}',
    'x\nexten => 110,1,Hangup()',
    '_X.',
    'any',
    's',
    'h',
    't',
  ),
);
const numbers = fc.oneof(nasty, fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 6 }));
const few = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(one, { maxLength: 4 });
const mode = fc.constantFrom('open' as const, 'record' as const, 'closed' as const);

const anySource: fc.Arbitrary<FallbackSource> = fc.record({
  language: nasty,
  asterisk: fc.record({ application: nasty, fallback: mode }),
  numbering: fc.record({
    country: fc.constantFrom('DE', 'US', 'IT', 'XX', ''),
    areaCode: numbers,
    internationalPrefix: numbers,
    nationalPrefix: numbers,
    outsideLine: numbers,
    emergencyNumbers: few(numbers),
    companyPrefixes: few(numbers),
  }),
  users: few(
    fc.record({
      extension: fc.option(numbers, { nil: undefined }),
      name: nasty,
      endpoint: fc.option(nasty, { nil: undefined }),
      endpoints: few(nasty),
      did: few(numbers),
      callerId: numbers,
      language: nasty,
      identifyByCallerNumber: fc.boolean(),
    }),
  ),
  ringGroups: few(
    fc.record({
      number: numbers,
      name: nasty,
      members: few(numbers),
      strategy: fc.constantFrom('ringAll' as const, 'linear' as const, 'roundRobin' as const),
      ringSeconds: fc.double(),
      memberRingSeconds: fc.integer(),
      rounds: fc.integer({ min: 0, max: 1000 }),
      ringBusyMembers: fc.boolean(),
      startActive: fc.boolean(),
      overflow: fc.option(numbers, { nil: undefined }),
    }),
  ),
  trunks: few(
    fc.record({
      name: nasty,
      endpoint: nasty,
      dial: fc.option(
        fc.oneof(
          nasty,
          nasty.map((text) => `PJSIP/{number}${text}`),
        ),
        { nil: undefined },
      ),
      numberFormat: fc.constantFrom('e164', 'e164NoPlus', 'international', 'national', 'asDialled'),
      callerId: numbers,
    }),
  ),
  outboundRoutes: few(
    fc.record({
      name: nasty,
      pattern: nasty,
      trunks: few(nasty),
      users: fc.oneof(fc.constant('all' as const), few(numbers)),
      callsPerMinute: fc.option(fc.double(), { nil: undefined }),
    }),
  ),
  hotlines: few(
    fc.record({
      did: numbers,
      name: nasty,
      destination: numbers,
      language: nasty,
      phoneDisplay: fc.option(nasty, { nil: undefined }),
      fallback: mode,
    }),
  ),
  serviceCodes: fc.record({ groupLogin: numbers, groupLogout: numbers, spy: numbers }),
});

test('no text of a configuration can say more in the dialplan than it should', () => {
  fc.assert(
    fc.property(anySource, nasty, (source, text) => {
      const dialplan = toFallbackDialplan(source, {
        matchingSetting: () => ({ order: 3, setting: text }),
        settingKey: () => text,
        activeMembers: (number) => source.ringGroups.find((group) => group.number === number)?.members ?? [],
      });
      const complaints = lintDialplan(dialplan);
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
});

test('a thousand users and a hundred groups are no trouble', () => {
  const users = Array.from({ length: 1000 }, (_, index) => ({
    extension: String(2000 + index),
    did: [`+4930556${String(1000 + index)}`],
  }));
  const ringGroups = Array.from({ length: 100 }, (_, index) => ({
    ...sampleSource.ringGroups[0]!,
    number: String(600 + index),
    members: users.slice(10 * index, 10 * index + 10).map((user) => user.extension),
  }));
  const begunAt = performance.now();
  assert.ok(write({ users, ringGroups }).length > 100_000);
  assert.ok(performance.now() - begunAt < 30_000, 'it grows with more than the number of users');
});

function write(change: Partial<FallbackSource>): string {
  return toFallbackDialplan({ ...sampleSource, ...change }, samplePorts);
}

function contextOf(text: string, name: string): string {
  const from = text.indexOf(`[${name}]\n`);
  assert.ok(from >= 0, `there is no context ${name}`);
  const to = text.indexOf('\n[', from);
  return text.slice(from, to < 0 ? undefined : to);
}

/** Contexts that the statements of a context name, and so on. */
function reachableFrom(text: string, context: string, seen: string[] = []): readonly string[] {
  if (seen.includes(context)) return seen;
  seen.push(context);
  const names = [...contextOf(text, context).matchAll(/(?:Goto|Gosub)\((fernamt-fallback-[a-z0-9]+)/g)].map(
    ([, name = '']) => name,
  );
  for (const name of names) reachableFrom(text, name, seen);
  return seen;
}
