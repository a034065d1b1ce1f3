/** All metrics of the server in one registry. Labels come from closed lists: never a number, name or id. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Read when the metrics are fetched, so that a gauge cannot drift from what it counts. */
export interface Readings {
  callsUp(): number;
  recordingsOpen(): number;
  asteriskConnected(): boolean;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Each call makes a registry of its own; nothing is shared. */
export function createMetrics(readings: Readings) {
  const registry = new Registry();
  // Processor, memory, file handles and the event loop's lag, under prom-client's usual names.
  collectDefaultMetrics({ register: registry });
  const { counter, histogram, gauge } = declarations(registry);

  gauge('calls_up', 'Calls that are up now', () => readings.callsUp());
  gauge('recordings_open', 'Recordings that are being made now', () => readings.recordingsOpen());
  gauge('asterisk_connected', '1 while Asterisk is connected', () => Number(readings.asteriskConnected()));

  return {
    contentType: registry.contentType,
    /** The text that Prometheus reads. */
    render: (): Promise<string> => registry.metrics(),
    callsStarted: counter('calls_started_total', 'Calls that began', 'direction'),
    callsEnded: counter('calls_ended_total', 'Calls that ended', 'direction', 'disposition'),
    callsRefused: counter('calls_refused_total', 'Calls turned away because of overload'),
    callSeconds: histogram('call_seconds', 'From the first leg to the last', [1, 5, 15, 60, 180, 600, 1800, 7200]),
    setupSeconds: histogram(
      'call_setup_added_seconds',
      'What this server adds between the arrival of a call and the dialling',
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
    ),
    asteriskReconnects: counter('asterisk_disconnects_total', 'Times that the connection to Asterisk was lost'),
    ariRequests: counter('ari_requests_total', 'Requests to Asterisk by class of answer', 'status'),
    eventLagSeconds: histogram(
      'ari_event_lag_seconds',
      'Age of an event of Asterisk when it is handled; clocks must agree',
      [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    ),
    recordings: counter('recordings_total', 'Finished recordings by their judgement', 'judgement'),
    recordingsFailed: counter('recordings_failed_total', 'Recordings that could not be made or finished', 'stage'),
    recordingsMissing: counter('recordings_missing_total', 'Recordings that the rules asked for and that do not exist'),
    recordingsInError: counter('recordings_in_error_total', 'Recordings that exist although they must not'),
    consents: counter('consents_total', 'What callers heard and answered before a recording', 'mode', 'outcome'),
    orphansSwept: counter('orphans_swept_total', 'Objects of ours in Asterisk that belonged to no call', 'kind'),
    configurationLoads: counter('configuration_loads_total', 'Configurations loaded', 'result'),
    machineErrors: counter('machine_errors_total', 'Errors inside the handling of a call'),
  };
}

function declarations(registers: Registry) {
  const registry = [registers];
  const named = (name: string): string => `fernamt_${name}`;
  return {
    counter: <Label extends string = never>(name: string, help: string, ...labelNames: Label[]): Counter<Label> =>
      new Counter({ name: named(name), help, labelNames, registers: registry }),
    histogram: (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name: named(name), help, buckets, registers: registry }),
    gauge: (name: string, help: string, read: () => number): Gauge =>
      new Gauge({
        name: named(name),
        help,
        registers: registry,
        collect() {
          this.set(read());
        },
      }),
  };
}
