/** A recording setting in German sentences. */

import type { CountedList, Named, NamedGroup, SettingFacts } from './setting-facts.ts';
import { asSentence, enumerate, labelOf } from './wording.ts';

export function inGerman(facts: SettingFacts): readonly string[] {
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
      ? [
          'Diese Einstellung wurde im laufenden Betrieb eingeschaltet, obwohl sie in der Konfigurationsdatei ausgeschaltet ist.',
        ]
      : [];
  }
  return isSwitched
    ? [
        'Diese Einstellung wurde im laufenden Betrieb ausgeschaltet, obwohl sie in der Konfigurationsdatei eingeschaltet ist; das Folgende gilt, sobald sie wieder eingeschaltet wird.',
      ]
    : ['Diese Einstellung ist ausgeschaltet; das Folgende gilt, sobald sie eingeschaltet wird.'];
}

function whoSentences(facts: SettingFacts): readonly string[] {
  const { who } = facts;
  const recorded = (calls: readonly string[], and = 'und'): string =>
    asSentence(
      `${enumerate(calls, and)} werden aufgezeichnet${facts.internal ? ', auch interne' : ', interne jedoch nicht'}${proviso(facts)}`,
    );
  switch (who.kind) {
    case 'all':
      return [allSentence(facts, recorded)];
    case 'allUsers':
      return [recorded(callsOfAnyUser(facts)), ...groupsLeftOut(facts)];
    case 'groups':
      return [
        recorded(callsOfGroups(facts, who.groups), who.groups.length > 1 && !facts.direct ? 'sowie' : 'und'),
        ...(facts.incoming && !facts.direct ? ['Anrufe an die eigene Nummer eines Mitglieds gehören nicht dazu.'] : []),
        ...who.groups.map(membersSentence),
      ];
    case 'users':
      return [
        recorded([`Anrufe ${fromAndTo(facts.outgoing, facts.incoming)} ${enumerate(who.users.map(userLabel), 'und')}`]),
        ...(facts.incoming ? ['Anrufe, die über eine Gruppe kommen, gehören nicht dazu.'] : []),
      ];
  }
}

function allSentence(facts: SettingFacts, recorded: (calls: readonly string[]) => string): string {
  const { incoming, outgoing, internal } = facts;
  if (!incoming || !outgoing) return recorded([`alle ${incoming ? 'eingehenden' : 'ausgehenden'} Anrufe`]);
  return internal
    ? `Alle Anrufe werden aufgezeichnet: eingehende, ausgehende und interne${proviso(facts)}.`
    : recorded(['alle ein- und ausgehenden Anrufe']);
}

/** What an answer of the caller has to do with it. */
function proviso({ mode, outgoing }: SettingFacts): string {
  switch (mode) {
    case 'none':
      return '';
    case 'optIn':
      return outgoing ? '; eingehende nur, wenn der Anrufer zustimmt' : ', sofern der Anrufer zustimmt';
    case 'optOut':
      return outgoing
        ? '; eingehende nur, wenn der Anrufer nicht widerspricht'
        : ', sofern der Anrufer nicht widerspricht';
  }
}

function callsOfAnyUser({ incoming, outgoing }: SettingFacts): readonly string[] {
  return [
    ...(outgoing ? ['alle Anrufe, die von Benutzern ausgehen,'] : []),
    ...(incoming ? ['alle Anrufe an die eigene Nummer eines Benutzers'] : []),
  ];
}

/** A colleague's call to a group is recorded as one that a user makes. */
function groupsLeftOut({ incoming, outgoing, internal }: SettingFacts): readonly string[] {
  if (!incoming) return [];
  return [`Anrufe ${outgoing && internal ? 'von außen ' : ''}an eine Gruppe gehören nicht dazu.`];
}

function callsOfGroups({ incoming, outgoing, direct }: SettingFacts, groups: readonly NamedGroup[]): readonly string[] {
  const named = `${groups.length === 1 ? 'Gruppe' : 'Gruppen'} ${enumerate(groups.map(labelOf), 'und')}`;
  if (!incoming) return [`Anrufe, die von angemeldeten Mitgliedern der ${named} ausgehen,`];
  return [
    `Anrufe an die ${named}`,
    ...(direct ? ['Anrufe an die eigenen Nummern ihrer angemeldeten Mitglieder'] : []),
    ...(outgoing ? [`Anrufe, die von ${direct ? 'diesen' : 'ihren angemeldeten Mitgliedern'} ausgehen,`] : []),
  ];
}

function membersSentence(group: NamedGroup): string {
  const [only, ...others] = group.members;
  const name = `Gruppe ${group.name ?? group.number ?? ''}`;
  if (!only) return `Die ${name} hat keine Mitglieder.`;
  if (others.length === 0) return `Einziges Mitglied der ${name} ist ${userLabel(only)}.`;
  return `Mitglieder der ${name} sind ${enumerate(group.members.map(userLabel), 'und')}.`;
}

function userLabel(user: Named): string {
  if (user.number === undefined) return `${labelOf(user)} (ohne Telefon)`;
  return user.name === undefined ? `Nebenstelle ${user.number}` : labelOf(user);
}

function fromAndTo(from: boolean, to: boolean): string {
  if (from && to) return 'von und an';
  return from ? 'von' : 'an';
}

function announcementSentences(facts: SettingFacts): readonly string[] {
  const { toCaller, toCalled, incoming, outgoing } = facts;
  const all = [toCaller, toCalled].filter((one) => one !== undefined);
  if (all.length === 0 && facts.mode === 'none') return ['Es gibt keine Ansage, und niemand wird gefragt.'];
  return [
    ...(incoming ? callerSentences(facts) : []),
    ...(outgoing ? [calledSentence(facts)] : []),
    ...(all.length === 0 || facts.required ? [] : [unheardSentence(facts, all.length)]),
  ];
}

function callerSentences(facts: SettingFacts): readonly string[] {
  const { toCaller, mode, internal } = facts;
  if (toCaller === undefined) return ['Anrufer hören keine Ansage.'];
  const hear = `Anrufer hören zuerst die Ansage „${toCaller}“`;
  const rings = facts.ringsMeanwhile ? 'Währenddessen klingelt es bereits.' : 'Erst danach klingelt es.';
  if (mode === 'none') return [`${hear}, haben aber keine Wahl.`, rings];
  const key = `währenddessen oder bis zu ${count(facts.seconds, 'Sekunde', 'Sekunden')} danach eine Taste drücken`;
  const recorded = mode === 'optIn' ? `nur aufgezeichnet, wenn sie ${key}` : `aufgezeichnet, sofern sie nicht ${key}`;
  const colleagues = facts.asksColleagues ? 'ebenso gefragt' : 'weder gefragt noch aufgezeichnet';
  return [`${hear} und werden ${recorded}.`, rings, ...(internal ? [`Interne Anrufer werden ${colleagues}.`] : [])];
}

function calledSentence({ toCalled, mode }: SettingFacts): string {
  const party = 'Bei ausgehenden Anrufen hört der Angerufene';
  const heard = toCalled === undefined ? 'keine Ansage' : `zuerst die Ansage „${toCalled}“`;
  return `${party} ${heard}${mode === 'none' ? '' : ' und wird nicht gefragt'}.`;
}

function unheardSentence({ refusesUnheard }: SettingFacts, announcements: number): string {
  const then = refusesUnheard ? 'wird der Anruf abgewiesen' : 'geht der Anruf ohne Aufzeichnung weiter';
  return `Kann ${announcements === 1 ? 'die' : 'eine'} Ansage nicht bis zum Ende abgespielt werden, ${then}.`;
}

function exceptionSentences(facts: SettingFacts): readonly string[] {
  const { exceptions, never } = facts;
  return [
    ...(exceptions.length === 0
      ? []
      : [
          `Ausgenommen sind Anrufe ${fromAndTo(facts.incoming, facts.outgoing)} Nummern auf ${listsWords(exceptions)}.`,
        ]),
    ...(never.length === 0 ? [] : [`Nummern auf ${listsWords(never)} werden unter keiner Einstellung aufgezeichnet.`]),
  ];
}

function listsWords(lists: readonly CountedList[]): string {
  const words = lists.map(
    ({ name, entries }) => `„${name}“ (${entries === 0 ? 'leer' : count(entries, 'Eintrag', 'Einträge')})`,
  );
  return `${lists.length === 1 ? 'der Liste' : 'den Listen'} ${enumerate(words, 'und')}`;
}

function requiredSentence({ required, toCaller, toCalled }: SettingFacts): readonly string[] {
  if (!required) return [];
  const unheard = (toCaller ?? toCalled) === undefined ? '' : ' oder dessen Ansage nicht bis zum Ende abgespielt';
  return [`Ein Anruf, der nicht aufgezeichnet${unheard} werden kann, wird mit gesprochener Begründung abgewiesen.`];
}

/** Two deeds share one `werden`; staying is no such deed. */
function keepingSentence({ targets, databases, retentionDays }: SettingFacts): string {
  const where = targets.length === 0 ? [] : [`an ${quoted(targets)} übertragen`];
  const database = databases.length === 1 ? 'Datenbank' : 'Datenbanken';
  const done = [
    ...where,
    ...(databases.length === 0 ? [] : [`in die ${database} ${quoted(databases)} eingetragen`]),
    retentionDays === undefined ? 'unbegrenzt aufbewahrt' : `nach ${count(retentionDays, 'Tag', 'Tagen')} gelöscht`,
  ];
  const stays = targets.length === 0 ? `bleiben auf diesem Server${done.length === 1 ? ' und' : ','} ` : '';
  return `Aufzeichnungen ${stays}werden ${enumerate(done, 'und')}.`;
}

function quoted(names: readonly string[]): string {
  return enumerate(
    names.map((name) => `„${name}“`),
    'und',
  );
}

function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
