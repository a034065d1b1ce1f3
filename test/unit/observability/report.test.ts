import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../../src/observability/logger.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { createReport, type Report } from '../../../src/observability/report.ts';
import type { CallId } from '../../../src/telephony/ids.ts';
import type { Call } from '../../../src/telephony/model.ts';
import { collectLogLines } from '../../support/log-lines.ts';

const call: Call = {
  id: 'c1' as CallId,
  origin: 'trunk',
  dialled: '+4930555010',
  state: 'ended',
  startedAt: 1_000_000,
  answeredAt: 1_004_000,
  endedAt: 1_064_000,
  direction: 'in',
  caller: { number: '+491711234567', name: 'Olivia Brandt' },
  callee: { number: '+4930555010', name: 'Support' },
  hotline: 'Muster GmbH',
  group: '6543',
  users: ['1001'],
  legs: [],
  recording: { state: 'done' },
  emergency: false,
  disposition: 'answered',
};
const note = { callId: 'c1', recordingId: 'r1', setting: 'Support incoming' };

function bench(readings = { callsUp: () => 0, recordingsOpen: () => 0, asteriskConnected: () => true }) {
  const collected = collectLogLines();
  const metrics = createMetrics(readings);
  const report = createReport(createLogger({ level: 'debug', personalData: 'redact' }, collected.stream), metrics);
  return { report, metrics, collected };
}

/** Each row: the event, the line it writes, and the sample it counts (none for a mere line). */
const events: readonly (readonly [tell: (report: Report) => void, level: string, message: string, sample?: string])[] =
  [
    [(report) => report.callStarted(call), 'info', 'call started', 'fernamt_calls_started_total{direction="in"} 1'],
    [
      (report) => report.callDialled(call, 4),
      'debug',
      'call dialled',
      'fernamt_call_setup_added_seconds_bucket{le="0.005"} 1',
    ],
    [(report) => report.legRinging(call, 'l2', 1_000_020), 'info', 'leg ringing'],
    [(report) => report.legAnswered(call, 'l2'), 'info', 'leg answered'],
    [
      (report) => report.callEnded(call),
      'info',
      'call ended',
      'fernamt_calls_ended_total{direction="in",disposition="answered"} 1',
    ],
    [(report) => report.callEnded(call), 'info', 'call ended', 'fernamt_call_seconds_sum 64'],
    [(report) => report.callAdopted(call), 'info', 'call adopted'],
    [(report) => report.callRefused(200), 'warn', 'call refused: too many calls', 'fernamt_calls_refused_total 1'],
    [
      (report) => report.machineFailed('c1', new Error('x')),
      'error',
      'handling of a call failed',
      'fernamt_machine_errors_total 1',
    ],
    [(report) => report.recordingStarted(note, 'setting-matched'), 'info', 'recording started'],
    [
      (report) => report.recordingJudged(note, 'ok', 61),
      'info',
      'recording judged',
      'fernamt_recordings_total{judgement="ok"} 1',
    ],
    [
      (report) => report.recordingJudged(note, 'silent', 61),
      'warn',
      'recording judged',
      'fernamt_recordings_total{judgement="silent"} 1',
    ],
    [
      (report) => report.recordingFailed(note, 'start', new Error('x')),
      'error',
      'recording failed',
      'fernamt_recordings_failed_total{stage="start"} 1',
    ],
    [
      (report) => report.recordingMissing(note, 'no-file'),
      'error',
      'recording missing',
      'fernamt_recordings_missing_total 1',
    ],
    [
      (report) => report.recordingInError(note, 'may-not'),
      'error',
      'recording made in error',
      'fernamt_recordings_in_error_total 1',
    ],
    [(report) => report.reconcilingFailed(new Error('locked')), 'error', 'ledger could not be reconciled'],
    [
      (report) => report.asteriskConnected({ version: '22.10.1', transport: 'websocket' }),
      'info',
      'Asterisk connected',
    ],
    [
      (report) => report.asteriskDisconnected('closed'),
      'warn',
      'Asterisk disconnected',
      'fernamt_asterisk_disconnects_total 1',
    ],
    [(report) => report.asteriskUnreachable(new Error('x'), 500), 'warn', 'Asterisk unreachable'],
    [
      (report) => report.orphanSwept('bridge', 'b1'),
      'warn',
      'orphan swept',
      'fernamt_orphans_swept_total{kind="bridge"} 1',
    ],
    [
      (report) => report.configurationReloaded('abc'),
      'info',
      'configuration reloaded',
      'fernamt_configuration_loads_total{result="ok"} 1',
    ],
    [(report) => report.configurationReloaded('abc', ['web.listen']), 'warn', 'configuration reloaded'],
    [
      (report) => report.configurationRejected([{ path: 'language' }]),
      'error',
      'configuration rejected',
      'fernamt_configuration_loads_total{result="rejected"} 1',
    ],
    [(report) => report.serverStopped('SIGTERM'), 'info', 'server stopped'],
  ];

for (const [tell, level, message, sample] of events) {
  test(`"${message}" is logged as ${level}${sample ? ` and counted as ${sample}` : ''}`, async () => {
    const { report, metrics, collected } = bench();
    tell(report);
    assert.deepEqual(
      collected.lines.map((line) => [line['level'], line['message']]),
      [[level, message]],
    );
    const samples = (await metrics.render()).split('\n');
    if (sample) assert.ok(samples.includes(sample), samples.filter((line) => line.includes(' 1')).join('\n'));
  });
}

test('requests and events are counted without a line', async () => {
  const { report, metrics, collected } = bench();
  for (const status of [200, 204, 404, 500, 0]) report.requestAnswered(status);
  report.eventHandled(7);
  report.eventHandled(-3);
  const text = await metrics.render();
  assert.match(text, /^fernamt_ari_requests_total\{status="2xx"\} 2$/m);
  assert.match(text, /^fernamt_ari_requests_total\{status="4xx"\} 1$/m);
  assert.match(text, /^fernamt_ari_requests_total\{status="5xx"\} 1$/m);
  assert.match(text, /^fernamt_ari_requests_total\{status="none"\} 1$/m);
  assert.match(text, /^fernamt_ari_event_lag_seconds_count 2$/m);
  assert.match(text, /^fernamt_ari_event_lag_seconds_sum 0\.007$/m);
  assert.equal(collected.lines.length, 0);
});

test('gauges show what is so at the moment of reading', async () => {
  let callsUp = 2;
  const { metrics } = bench({ callsUp: () => callsUp, recordingsOpen: () => 1, asteriskConnected: () => false });
  assert.match(await metrics.render(), /^fernamt_calls_up 2$/m);
  callsUp = 5;
  const text = await metrics.render();
  assert.match(text, /^fernamt_calls_up 5$/m);
  assert.match(text, /^fernamt_recordings_open 1$/m);
  assert.match(text, /^fernamt_asterisk_connected 0$/m);
  assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m);
});

test('two registries share nothing', async () => {
  const [first, second] = [bench(), bench()];
  first.report.callRefused(1);
  assert.match(await first.metrics.render(), /^fernamt_calls_refused_total 1$/m);
  assert.match(await second.metrics.render(), /^fernamt_calls_refused_total 0$/m);
});

test('no metric carries a number, a name or an id', async () => {
  const { report, metrics } = bench();
  for (const [tell] of events) tell(report);
  const text = await metrics.render();
  for (const private_ of ['1711234567', 'Olivia', 'Support', 'Muster', '1001', '6543', 'c1', 'r1', 'b1', 'l2']) {
    assert.ok(!text.includes(private_), private_);
  }
});

test('the log of a call names its parties only as personal data', () => {
  const { report, collected } = bench();
  for (const [tell] of events) tell(report);
  for (const private_ of ['1711234567', 'Olivia', 'Muster']) assert.ok(!collected.text().includes(private_), private_);
});
