import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../../src/observability/logger.ts';
import { collectLogLines } from '../../support/log-lines.ts';

const number = '+491711234567';

function loggerWith(personalData: 'redact' | 'plain', level: 'info' | 'debug' = 'info') {
  const collected = collectLogLines();
  return { logger: createLogger({ level, personalData }, collected.stream), collected };
}

const placesOfPersonalData: readonly (readonly [where: string, fields: Record<string, unknown>])[] = [
  ['at the top', { pii: { caller: number } }],
  ['as a bare value', { pii: number }],
  ['below another field', { leg: { pii: { number } } }],
  ['three fields deep', { call: { legs: { first: { pii: { party: { number } } } } } }],
  ['in a list', { legs: [{ pii: { number } }, { pii: { number } }] }],
  ['in a list of values', { pii: { users: [number, number] } }],
  ['as an object with a class', { pii: { url: new URL(`tel:${number}`) } }],
  ['deeper than anyone would nest it', { pii: { a: { b: { c: { d: { e: { f: { g: { h: { number } } } } } } } } } }],
];

for (const [where, fields] of placesOfPersonalData) {
  test(`personal data ${where} never reaches the log when it is to be redacted`, () => {
    const { logger, collected } = loggerWith('redact');
    logger.info(fields, 'call started');
    logger.child(fields).info({}, 'call ended');
    assert.equal(collected.lines.length, 2);
    assert.ok(!collected.text().includes('1711234567'), collected.text());
  });
}

test('redaction keeps the names of the fields and everything outside pii', () => {
  const { logger, collected } = loggerWith('redact');
  logger.info({ callId: 'c1', pii: { caller: { number, name: 'Olivia' } }, count: 3 }, 'call started');
  const [line] = collected.lines;
  assert.deepEqual(line?.['pii'], { caller: { number: '[redacted]', name: '[redacted]' } });
  assert.deepEqual([line?.['callId'], line?.['count'], line?.['message']], ['c1', 3, 'call started']);
});

test('personal data stands in the log when the configuration says plain', () => {
  const { logger, collected } = loggerWith('plain');
  logger.info({ pii: { caller: number } }, 'call started');
  assert.deepEqual(collected.lines[0]?.['pii'], { caller: number });
});

test('a line has a level in words, an ISO time and a constant message', () => {
  const { logger, collected } = loggerWith('redact');
  logger.warn({}, 'Asterisk disconnected');
  const [line] = collected.lines;
  assert.equal(line?.['level'], 'warn');
  assert.equal(line['message'], 'Asterisk disconnected');
  assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('a child adds its fields to every line, and its children do, too', () => {
  const { logger, collected } = loggerWith('redact');
  logger.child({ callId: 'c1' }).child({ legId: 'l1' }).info({ more: 1 }, 'leg answered');
  const [line] = collected.lines;
  assert.deepEqual([line?.['callId'], line?.['legId'], line?.['more']], ['c1', 'l1', 1]);
});

test('an error is logged with its message, its stack and its causes', () => {
  const { logger, collected } = loggerWith('redact');
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  logger.error({ error: new TypeError('no answer', { cause }) }, 'handling of a call failed');
  const error = collected.lines[0]?.['error'] as Record<string, unknown>;
  assert.deepEqual([error['type'], error['message']], ['TypeError', 'no answer']);
  assert.match(String(error['stack']), /logger\.test\.ts/);
  const inner = error['cause'] as Record<string, unknown>;
  assert.deepEqual([inner['message'], inner['code']], ['connection refused', 'ECONNREFUSED']);
});

test('lines below the configured level are not written', () => {
  const quiet = loggerWith('redact', 'info');
  quiet.logger.debug({}, 'frame received');
  assert.equal(quiet.collected.lines.length, 0);
  assert.equal(quiet.logger.enabled('debug'), false);
  const talkative = loggerWith('redact', 'debug');
  talkative.logger.debug({}, 'frame received');
  assert.equal(talkative.collected.lines.length, 1);
});

test('fields that contain themselves do not stop the log', () => {
  const { logger, collected } = loggerWith('redact');
  const ring: Record<string, unknown> = { name: 'ring' };
  ring['self'] = ring;
  logger.info({ ring }, 'call started');
  assert.equal(collected.lines[0]?.['message'], 'call started');
});
