/** The routes that Asterisk follows while we are away: written whenever what they are made from changes. */

import { createHash } from 'node:crypto';
import type { AriClient } from '../ari/client.ts';
import { planRecording, type CallFacts, type SelectionPorts } from '../recording/policy.ts';
import { toFallbackDialplan } from '../routing/fallback.ts';
import type { MatchingSetting, RecordedSide } from '../routing/fallback-source.ts';
import { writeRoutesFile } from '../routing/routes-file.ts';
import { asksNobody } from '../telephony/recording-plan.ts';
import type { Rules } from './rules.ts';

export interface FallbackRoutesPorts {
  rules(): Rules;
  /** The client of the connection that stands; rejects while there is none. */
  readonly client: AriClient;
  failed(error: unknown): void;
}

export interface FallbackRoutes {
  /** Never rejects. Asterisk re-reads the file where it changed, and at every connection. */
  write(options?: { readonly reread: 'always' | 'ifChanged' }): Promise<void>;
}

const digitsOfKey = 16;

export function createFallbackRoutes(ports: FallbackRoutesPorts): FallbackRoutes {
  let last = Promise.resolve();
  const writeNow = async (reread: 'always' | 'ifChanged'): Promise<void> => {
    const rules = ports.rules();
    const text = toRoutesText(rules);
    const changed = await writeRoutesFile(rules.config.asterisk.routesFile, text);
    if (!changed && reread === 'ifChanged') return;
    const answer = await ports.client.request('PUT', 'asterisk/modules/pbx_config.so');
    if (answer.status >= 400) throw new Error(`Asterisk does not re-read its dialplan: ${String(answer.status)}`);
  };
  return {
    write: ({ reread } = { reread: 'ifChanged' }) => {
      last = last
        .then(() => writeNow(reread))
        .catch((error: unknown) => {
          ports.failed(error);
        });
      return last;
    },
  };
}

/** What Asterisk is to do without us, by these rules and the memberships as they are now. */
export function toRoutesText(rules: Rules): string {
  return toFallbackDialplan(rules.config, {
    matchingSetting: (side) => matchingSetting(rules, side),
    settingKey: (setting) => createHash('sha256').update(setting).digest('hex').slice(0, digitsOfKey),
    activeMembers: (group) => rules.activeMembers(group),
  });
}

/** Which setting would take this side of a call. Whatever depends on the numbers of the call is not recorded. */
function matchingSetting(rules: Rules, side: RecordedSide): MatchingSetting | undefined {
  const { settings, neverRecord } = rules.config.recording;
  const selection: SelectionPorts = {
    isActiveMember: (group, user) => rules.activeMembers(group).includes(user),
    matchException: () => undefined,
  };
  for (const [order, setting] of settings.entries()) {
    if (side.internal && !setting.internalCalls) continue;
    const plan = planRecording({ settings: [setting], neverRecord: [] }, selection, factsOf(side));
    if (plan.setting === undefined) continue;
    const isCertain = asksNobody(plan) && setting.exceptionLists.length === 0 && neverRecord.length === 0;
    return isCertain ? { order, setting: setting.name } : { order };
  }
  return undefined;
}

function factsOf(side: RecordedSide): CallFacts {
  const numbers = { callerNumbers: [], calledNumbers: [] };
  return side.direction === 'in'
    ? { direction: 'in', addressed: side.addressed, ...numbers }
    : { direction: 'out', addressed: { kind: 'outside', number: '' }, callerUser: side.user, ...numbers };
}
