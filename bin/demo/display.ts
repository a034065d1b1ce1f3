/** What the demo prints: plain lines in columns, with a little colour where a person looks on. */

const labelWidth = 20;
const resultWidth = 58;
const slowMs = 15_000;
const refreshMs = 1000;

export interface Display {
  heading(text: string): void;
  line(text?: string): void;
  /** Announces work that may take long, shows how long it takes, and then what came out of it. */
  step(label: string, work: (note: (line: string) => void) => Promise<string>): Promise<void>;
  /** A step that is over already. */
  done(label: string, result: string, ms: number): void;
  /** A finding, good or bad, with its evidence. */
  finding(good: boolean, label: string, evidence: string): void;
  /** A moment of a call: milliseconds since it arrived, and what happened. */
  moment(ms: number, label: string, text: string): void;
  faint(text: string): void;
}

export function createDisplay(output: NodeJS.WriteStream): Display {
  const paint = painter(output);
  const print = (text: string): void => void output.write(`${text}\n`);
  const done = (label: string, result: string, ms: number): void => {
    print(`  ${label.padEnd(labelWidth)}${result.padEnd(resultWidth)} ${paint('faint', toSeconds(ms))}`);
  };
  return {
    heading: (text) => {
      print(`\n${paint('bold', text)}`);
    },
    line: (text = '') => {
      print(text);
    },
    done,
    step: async (label, work) => {
      const startedAt = Date.now();
      const waiting = showWaiting(output, label, startedAt);
      try {
        const result = await work((line) => {
          waiting.clear();
          print(`  ${''.padEnd(labelWidth)}${line}`);
        });
        waiting.end();
        done(label, result, Date.now() - startedAt);
      } catch (error) {
        waiting.end();
        print(`  ${label.padEnd(labelWidth)}${paint('bad', 'failed')}`);
        throw error;
      }
    },
    finding: (good, label, evidence) => {
      const mark = good ? paint('good', 'ok'.padEnd(4)) : paint('bad', 'NO'.padEnd(4));
      print(`  ${mark}${label.padEnd(labelWidth)}${evidence}`);
    },
    moment: (ms, label, text) => {
      print(`  ${paint('faint', `${String(Math.round(ms)).padStart(6)} ms`)}   ${label.padEnd(14)}${text}`);
    },
    faint: (text) => {
      print(paint('faint', text));
    },
  };
}

const colours = { bold: '1', faint: '2', good: '32', bad: '31' } as const;

function painter(output: NodeJS.WriteStream): (style: keyof typeof colours, text: string) => string {
  const wanted = output.isTTY && process.env['NO_COLOR'] === undefined;
  return (style, text) => (wanted ? `\u001b[${colours[style]}m${text}\u001b[0m` : text);
}

interface Waiting {
  clear(): void;
  end(): void;
}

/** A person sees the seconds count on one line; a file gets a line now and then. */
function showWaiting(output: NodeJS.WriteStream, label: string, startedAt: number): Waiting {
  const isTerminal = output.isTTY;
  const show = (): void => {
    const waited = `${label.padEnd(labelWidth)}${toSeconds(Date.now() - startedAt).trim()}`;
    output.write(isTerminal ? `\r  ${waited}` : `  ${waited} so far\n`);
  };
  const clear = (): void => {
    if (isTerminal) output.write('\r\u001b[K');
  };
  const timer = setInterval(show, isTerminal ? refreshMs : slowMs);
  return {
    clear,
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(8);
}
