/** Reads a dialplan as strictly as it is written, and complains about everything that is not as it has to be. */

interface Place {
  readonly context: string;
  readonly extension: string;
}

interface Statement extends Place {
  readonly line: string;
  readonly label: string | undefined;
  readonly application: string;
  readonly args: string;
}

const applications = new Set(
  'Dial ExecIf Gosub Goto GotoIf Hangup MixMonitor NoOp Playback Progress Return Set Wait'.split(' '),
);
const functions = 'CALLERID CHANNEL CUT DB DEVICE_STATE DIALPLAN_EXISTS FILTER IF MATH REGEX REPLACE'.split(' ');
const variables =
  'ARG1 ARG2 ARG3 ARG4 ARG5 ARG6 ASTSPOOLDIR DIALSTATUS EPOCH EXTEN HANGUPCAUSE PROGRESSTIME RINGTIME UNIQUEID'.split(
    ' ',
  );
const known = new Set([...functions, ...variables]);

const statementForm = /^(?:exten => ([^,\s]+),1| same => n)(?:\(([a-z0-9]+)\))?,([A-Za-z]+)\((.*)\)$/;

export function lintDialplan(text: string): readonly string[] {
  const { contexts, statements, complaints } = readDialplan(text);
  const dialplan = { contexts, statements };
  return [...complaints, ...statements.flatMap((one) => [...lintStatement(one), ...lintJumps(dialplan, one)])];
}

interface Read extends Dialplan {
  readonly contexts: Set<string>;
  readonly statements: Statement[];
  readonly complaints: string[];
}

function readDialplan(text: string): Read {
  const read: Read = { contexts: new Set(), statements: [], complaints: [] };
  let [context, extension] = ['', ''];
  for (const line of text.split('\n')) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(line)) read.complaints.push(`a control character: ${JSON.stringify(line)}`);
    if (line === '' || line.startsWith('; ') || line === ';') continue;
    const heading = /^\[([A-Za-z0-9-]+)\]$/.exec(line)?.[1];
    if (heading === undefined) extension = readStatement(read, line, context, extension);
    else {
      if (read.contexts.has(heading)) read.complaints.push(`context twice: ${heading}`);
      read.contexts.add(heading);
      [context, extension] = [heading, ''];
    }
  }
  return read;
}

/** Gives the extension that the next line may go on with. */
function readStatement({ statements, complaints }: Read, line: string, context: string, current: string): string {
  const [, begun, label, application = '', args = ''] = statementForm.exec(line) ?? [];
  const extension = begun ?? current;
  const isTaken = statements.some((one) => one.context === context && one.extension === begun);
  if (application === '') complaints.push(`no statement: ${line}`);
  if (begun !== undefined && isTaken) complaints.push(`extension twice: ${line}`);
  if (context === '' || extension === '') complaints.push(`outside of an extension: ${line}`);
  statements.push({ context, extension, line, label, application, args });
  return extension;
}

function lintStatement({ line, application, args, extension }: Statement): readonly string[] {
  const complaints: string[] = [];
  if (!applications.has(application)) complaints.push(`foreign application: ${line}`);
  if (/(?<!\\);/.test(line)) complaints.push(`a comment begins: ${line}`);
  if (/\\(?!;)/.test(line)) complaints.push(`a backslash: ${line}`);
  if (!isBalanced(args)) complaints.push(`unbalanced: ${line}`);
  if (!/^(?:_[0-9A-Za-z+*#.![\]-]+|[0-9A-Za-z+*#:._@=~<]+)$/.test(extension))
    complaints.push(`foreign extension: ${line}`);
  for (const [, name = ''] of line.matchAll(/\$\{([^}:(]*)/g)) {
    if (!known.has(name) && !/^FERNAMT_[A-Z]+$/.test(name)) complaints.push(`foreign variable ${name}: ${line}`);
  }
  // Asterisk itself calls these, in whatever context a call happens to be.
  if (/^_\[[^\]]*[hitoaeT-][^\]]*\]!$/.test(extension) && !/^_\[0-9\+\*#\]!$/.test(extension))
    complaints.push(`takes h: ${line}`);
  if (/^[hitoaeT]$/.test(extension)) complaints.push(`takes a special extension: ${line}`);
  if (application === 'Dial' && !/^[0-9A-Za-z_.@:+~=;?/&${}\\-]*,[0-9A-Z${}]+(?:,\$\{FERNAMT_OPTIONS\})?$/.test(args))
    complaints.push(`foreign dial: ${line}`);
  return complaints;
}

/** Brackets of the three kinds in pairs, but for those in quotes, which only regular expressions hold. */
function isBalanced(args: string): boolean {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
  for (const character of args.replace(/"(?:(?!\$[{[])[^"])*"/g, '')) {
    if ('({['.includes(character)) open.push(character);
    const partner = pairs[character];
    if (partner !== undefined && open.pop() !== partner) return false;
  }
  return open.length === 0;
}

const jump = /\b(Goto|Gosub)\(([^()]*)/g;
const conditional = /^(?:.*)\?([^?]*)$/;

interface Dialplan {
  readonly contexts: ReadonlySet<string>;
  readonly statements: readonly Statement[];
}

function lintJumps(dialplan: Dialplan, from: Statement): readonly string[] {
  const targets = [...from.line.matchAll(jump)].map(([, , target = '']) => target);
  if (from.application === 'GotoIf') {
    const branches = conditional.exec(from.args)?.[1]?.split(':') ?? [];
    targets.push(...branches.filter((branch) => branch !== ''));
  }
  return targets
    .filter((target) => !isThere(dialplan, from, target))
    .map((target) => `nowhere: ${target} in ${from.line}`);
}

function isThere({ contexts, statements }: Dialplan, from: Statement, target: string): boolean {
  const parts = target.split(',');
  const [label = '1', extension = from.extension, context = from.context] = parts.reverse();
  // Whoever jumps to what a variable holds has asked whether it is there, or has put it there.
  if (extension.includes('$')) return contexts.has(context);
  const own = statements.filter((one) => one.context === context && one.extension === extension);
  const all =
    own.length > 0 ? own : statements.filter((one) => one.context === context && matches(one.extension, extension));
  return label === '1' ? all.length > 0 : all.some((one) => one.label === label);
}

/** Only the patterns that a literal jump may rely on: those that take every number. */
function matches(pattern: string, extension: string): boolean {
  return pattern === '_[0-9+*#]!' && /^[0-9+*#]/.test(extension);
}
