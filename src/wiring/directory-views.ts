/** The configuration in force as the HTTP side and the CLI show it: without anything secret. */

import type { Config } from '../config/complete.ts';
import type { DirectoryViews, ExceptionListView, GroupView, HotlineView, UserView } from '../http/ports.ts';

export function createDirectoryViews(config: () => Config): DirectoryViews {
  return {
    users: () => config().users.map((user) => toUserView(config(), user)),
    hotlines: () => config().hotlines.map(toHotlineView),
    serviceCodes: () => config().serviceCodes,
    exceptionLists: () => config().recording.exceptionLists.map((list) => toExceptionListView(config(), list)),
  };
}

export function toGroupViews(config: Config, isActive: (group: string, extension: string) => boolean): GroupView[] {
  const nameOf = (extension: string): string =>
    config.users.find((user) => user.extension === extension)?.name ?? extension;
  return config.ringGroups.map(({ number, name, strategy, members }) => ({
    number,
    name,
    strategy,
    members: members.map((extension) => ({
      extension,
      name: nameOf(extension),
      active: isActive(number, extension),
    })),
  }));
}

function toUserView({ ringGroups }: Config, { name, extension, language, did }: Config['users'][number]): UserView {
  const groups = ringGroups.filter(({ members }) => extension !== undefined && members.includes(extension));
  return { name, extension: extension ?? null, language, did, groups: groups.map(({ number }) => number) };
}

function toHotlineView({ did, name, destination, language, fallback }: Config['hotlines'][number]): HotlineView {
  return { did, name, destination, language, fallback };
}

type ExceptionList = Config['recording']['exceptionLists'][number];

function toExceptionListView({ recording }: Config, { name, entries }: ExceptionList): ExceptionListView {
  return {
    name,
    neverRecord: recording.neverRecord.includes(name),
    settings: recording.settings.filter((one) => one.exceptionLists.includes(name)).map((one) => one.name),
    entries: entries.map(({ number, pattern, not, comment }) => ({
      ...(number === undefined ? {} : { number }),
      ...(pattern === undefined ? {} : { pattern }),
      not,
      ...(comment === undefined ? {} : { comment }),
    })),
  };
}
