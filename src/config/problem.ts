/** What can be wrong with a configuration, and where. */

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  /** As in `recording.settings[0].select`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to do about it; empty when there is nothing to add. */
  readonly hint: string;
}

export type Path = readonly (string | number)[];

/** A fault found in values alone; where it stands in which file is looked up later. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Points at the key instead of the value. */
  readonly atKey?: boolean;
}

export function error(path: Path, message: string, hint?: string): Finding {
  return { severity: 'error', path, message, hint };
}

export function warning(path: Path, message: string, hint?: string): Finding {
  return { severity: 'warning', path, message, hint };
}

export function formatPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

/** `FILE:LINE:COLUMN path: what is wrong (hint)` */
export function formatProblem(problem: Problem): string {
  const subject = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === '' ? '' : ` (${problem.hint})`;
  return `${formatPlace(problem)} ${subject}${problem.message}${hint}`;
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** In reading order: the files in the order in which they were read, then line and column. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = (problem: Problem): number => files.indexOf(problem.file);
  return [...problems].sort(
    (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column || (a.path < b.path ? -1 : 1),
  );
}
