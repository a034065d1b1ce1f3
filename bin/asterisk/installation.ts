/** An Asterisk that can be started: where its files lie, and how a command reaches it. */
export interface AsteriskInstallation {
  readonly kind: 'machine' | 'rootFolder' | 'docker';
  /** As `asterisk -V` says it, without the word in front: `22.10.1`. */
  readonly version: string;
  /** The paths below are Asterisk's own view. */
  readonly modulesDirectory: string;
  readonly dataDirectory: string;
  /** Where the directories of instances are made, as Asterisk sees it. */
  readonly instancesDirectory: string;
  /** What stands in front of Asterisk's paths for this process: empty where both see the same. */
  readonly prefix: string;
  /** The command line that runs a program where Asterisk lives. A container gets `name`, if one is given. */
  command(program: string, args: readonly string[], name?: string): readonly [string, ...string[]];
  /** Only where a signal to the command's own process does not reach Asterisk. */
  kill?(name: string, signal: NodeJS.Signals): Promise<void>;
}

/** Tells a human what goes on; long steps are announced before they begin. */
export type Progress = (line: string) => void;
