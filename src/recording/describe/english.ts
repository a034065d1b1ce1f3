/** A recording setting in English sentences. */

import type { CountedList, Named, NamedGroup, SettingFacts } from './setting-facts.ts';
import { asSentence, enumerate, labelOf } from './wording.ts';

export function inEnglish(facts: SettingFacts): readonly string[] {
  return [
    ...switchSentence(facts),
    ...whoSentences(facts),
    ...announcementSentences(facts),
    ...exceptionSentences(facts),
    ...requiredSentence(facts),
    keepingSentence(facts),
  ];
}

function switchSentence({ isOn, isSwitched }: SettingFacts): readonly string[] {
  if (isOn) {
    return isSwitched
      ? ['This setting was switched on at run time, although it is off in the configuration file.']
      : [];
  }
  return isSwitched
    ? [
        'This setting was switched off at run time, although it is on in the configuration file; the following applies once it is switched on again.',
      ]
    : ['This setting is switched off; the following applies once it is switched on.'];
}

function whoSentences(facts: SettingFacts): readonly string[] {
  const { who } = facts;
  const recorded = (calls: readonly string[], and = 'and'): string =>
    asSentence(
      `${enumerate(calls, and)} are recorded${facts.internal ? ', internal ones included' : ', but not internal ones'}${proviso(facts)}`,
    );
  switch (who.kind) {
    case 'all':
      return [allSentence(facts, recorded)];
    case 'allUsers':
      return [recorded(callsOfAnyUser(facts)), ...groupsLeftOut(facts)];
    case 'groups':
      return [
        recorded(callsOfGroups(facts, who.groups), who.groups.length > 1 && !facts.direct ? 'as well as' : 'and'),
        ...(facts.incoming && !facts.direct ? ['Calls to a member’s own number are not among them.'] : []),
        ...who.groups.map(membersSentence),
      ];
    case 'users':
      return [
        recorded([`calls ${fromAndTo(facts.outgoing, facts.incoming)} ${enumerate(who.users.map(userLabel), 'and')}`]),
        ...(facts.incoming ? ['Calls that arrive through a group are not among them.'] : []),
      ];
  }
}

function allSentence(facts: SettingFacts, recorded: (calls: readonly string[]) => string): string {
  const { incoming, outgoing, internal } = facts;
  if (!incoming || !outgoing) return recorded([`all ${incoming ? 'incoming' : 'outgoing'} calls`]);
  return internal
    ? `All calls are recorded: incoming, outgoing and internal ones${proviso(facts)}.`
    : recorded(['all incoming and outgoing calls']);
}

/** What an answer of the caller has to do with it. */
function proviso({ mode, outgoing }: SettingFacts): string {
  switch (mode) {
    case 'none':
      return '';
    case 'optIn':
      return outgoing ? '; incoming ones only if the caller agrees' : ', if the caller agrees';
    case 'optOut':
      return outgoing ? '; incoming ones unless the caller objects' : ', unless the caller objects';
  }
}

function callsOfAnyUser({ incoming, outgoing }: SettingFacts): readonly string[] {
  return [
    ...(outgoing ? ['all calls that users make'] : []),
    ...(incoming ? ['all calls to a user’s own number'] : []),
  ];
}

/** A colleague's call to a group is recorded as one that a user makes. */
function groupsLeftOut({ incoming, outgoing, internal }: SettingFacts): readonly string[] {
  if (!incoming) return [];
  return [`Calls ${outgoing && internal ? 'from outside ' : ''}to a group are not among them.`];
}

function callsOfGroups({ incoming, outgoing, direct }: SettingFacts, groups: readonly NamedGroup[]): readonly string[] {
  const named = `the ${groups.length === 1 ? 'group' : 'groups'} ${enumerate(groups.map(labelOf), 'and')}`;
  const members = `${groups.length === 1 ? 'its' : 'their'} logged-in members`;
  if (!incoming) return [`calls made by logged-in members of ${named}`];
  return [
    `calls to ${named}`,
    ...(direct ? [`calls to ${members}’ own numbers`] : []),
    ...(outgoing ? [`calls made by ${direct ? 'them' : members}`] : []),
  ];
}

function membersSentence(group: NamedGroup): string {
  const [only, ...others] = group.members;
  const name = `group ${group.name ?? group.number ?? ''}`;
  if (!only) return `The ${name} has no members.`;
  if (others.length === 0) return `The only member of the ${name} is ${userLabel(only)}.`;
  return `The members of the ${name} are ${enumerate(group.members.map(userLabel), 'and')}.`;
}

function userLabel(user: Named): string {
  if (user.number === undefined) return `${labelOf(user)} (no telephone)`;
  return user.name === undefined ? `extension ${user.number}` : labelOf(user);
}

function fromAndTo(from: boolean, to: boolean): string {
  if (from && to) return 'from and to';
  return from ? 'from' : 'to';
}

function announcementSentences(facts: SettingFacts): readonly string[] {
  const { toCaller, toCalled, incoming, outgoing } = facts;
  const all = [toCaller, toCalled].filter((one) => one !== undefined);
  if (all.length === 0 && facts.mode === 'none') return ['No announcement is played, and nobody is asked.'];
  return [
    ...(incoming ? callerSentences(facts) : []),
    ...(outgoing ? [calledSentence(facts)] : []),
    ...(all.length === 0 || facts.required ? [] : [unheardSentence(facts, all.length)]),
  ];
}

function callerSentences(facts: SettingFacts): readonly string[] {
  const { toCaller, mode, internal } = facts;
  if (toCaller === undefined) return ['Callers hear no announcement.'];
  const hear = `Callers first hear the announcement “${toCaller}”`;
  const rings = facts.ringsMeanwhile ? 'The telephones ring meanwhile.' : 'The telephones ring only after that.';
  if (mode === 'none') return [`${hear}, but are not given a choice.`, rings];
  const key = `a key during it or up to ${count(facts.seconds, 'second', 'seconds')} after it`;
  const recorded = mode === 'optIn' ? `only if they press ${key}` : `unless they press ${key}`;
  const colleagues = facts.asksColleagues ? 'asked as well' : 'neither asked nor recorded';
  return [`${hear} and are recorded ${recorded}.`, rings, ...(internal ? [`Internal callers are ${colleagues}.`] : [])];
}

function calledSentence({ toCalled, mode }: SettingFacts): string {
  const party = 'On outgoing calls the called party';
  const heard = toCalled === undefined ? 'hears no announcement' : `first hears the announcement “${toCalled}”`;
  return `${party} ${heard}${mode === 'none' ? '' : ' and is not asked'}.`;
}

function unheardSentence({ refusesUnheard }: SettingFacts, announcements: number): string {
  const then = refusesUnheard ? 'the call is refused' : 'the call goes on without being recorded';
  return `If ${announcements === 1 ? 'the' : 'an'} announcement cannot be played to its end, ${then}.`;
}

function exceptionSentences(facts: SettingFacts): readonly string[] {
  const { exceptions, never } = facts;
  return [
    ...(exceptions.length === 0
      ? []
      : [
          `This setting leaves out calls ${fromAndTo(facts.incoming, facts.outgoing)} numbers on ${listsWords(exceptions)}.`,
        ]),
    ...(never.length === 0 ? [] : [`Numbers on ${listsWords(never)} are not recorded under any setting.`]),
  ];
}

function listsWords(lists: readonly CountedList[]): string {
  const words = lists.map(
    ({ name, entries }) => `“${name}” (${entries === 0 ? 'empty' : count(entries, 'entry', 'entries')})`,
  );
  return `the ${lists.length === 1 ? 'list' : 'lists'} ${enumerate(words, 'and')}`;
}

function requiredSentence({ required, toCaller, toCalled }: SettingFacts): readonly string[] {
  if (!required) return [];
  const unheard = (toCaller ?? toCalled) === undefined ? '' : ', or whose announcement cannot be played to its end,';
  return [`A call that cannot be recorded${unheard} is refused with a spoken reason.`];
}

function keepingSentence({ targets, databases, retentionDays }: SettingFacts): string {
  const deeds = [
    targets.length === 0 ? 'stay on this server' : `are delivered to ${quoted(targets)}`,
    ...(databases.length === 0
      ? []
      : [`are entered in the ${databases.length === 1 ? 'database' : 'databases'} ${quoted(databases)}`]),
    retentionDays === undefined ? 'are kept indefinitely' : `are deleted after ${count(retentionDays, 'day', 'days')}`,
  ];
  return `Recordings ${enumerate(deeds, 'and')}.`;
}

function quoted(names: readonly string[]): string {
  return enumerate(
    names.map((name) => `“${name}”`),
    'and',
  );
}

function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
