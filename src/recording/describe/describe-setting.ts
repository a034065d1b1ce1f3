/** Recording settings in full sentences, as an administrator would write them. */

import { inEnglish } from './english.ts';
import { inGerman } from './german.ts';
import { toFacts, type Surroundings, type WrittenSetting } from './setting-facts.ts';

export type DescriptionLanguage = 'en' | 'de';

export interface DescribedSetting {
  readonly name: string;
  /** Whether it counts now, with what was said at run time. */
  readonly enabled: boolean;
  readonly text: string;
}

/** The parts of a configuration that are described. */
export interface DescribedSource extends Pick<Surroundings, 'users' | 'ringGroups'> {
  readonly recording: Pick<Surroundings, 'exceptionLists' | 'neverRecord'> & {
    readonly settings: readonly WrittenSetting[];
  };
}

const languages = { en: inEnglish, de: inGerman } as const;

/** `setting` as it stands in the file; what was switched at run time stands in the surroundings. */
export function describeSetting(
  setting: WrittenSetting,
  surroundings: Surroundings,
  language: DescriptionLanguage,
): string {
  return languages[language](toFacts(setting, surroundings)).join(' ');
}

/** Every setting, in the order in which they are asked. */
export function describeSettings(
  { users, ringGroups, recording }: DescribedSource,
  language: DescriptionLanguage,
  switched: ReadonlyMap<string, boolean> = new Map(),
): readonly DescribedSetting[] {
  const { exceptionLists, neverRecord, settings } = recording;
  const surroundings = { users, ringGroups, exceptionLists, neverRecord, switched };
  return settings.map((setting) => ({
    name: setting.name,
    enabled: switched.get(setting.name) ?? setting.enabled,
    text: describeSetting(setting, surroundings, language),
  }));
}
