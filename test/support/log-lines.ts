/** A stream that keeps what is logged, line by line, as objects. */

export interface LogLines {
  readonly stream: { write(line: string): void };
  readonly lines: readonly Record<string, unknown>[];
  readonly text: () => string;
}

export function collectLogLines(): LogLines {
  const texts: string[] = [];
  return {
    stream: { write: (line) => void texts.push(line) },
    get lines() {
      return texts.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    text: () => texts.join(''),
  };
}
