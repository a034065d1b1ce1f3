/** The kinds of values that configuration keys take. A fault's text may carry a hint behind a bar: `what is wrong | what to do`. */

import { z } from 'zod';
import { parsePathTemplate, pathTemplateNames } from '../lib/path-template.ts';
import { compilePattern } from '../lib/pattern.ts';
import { closest } from '../lib/closest.ts';

export function text() {
  return z.string().min(1).max(4096);
}

/** Matches or is a fault with this text. */
export function textLike(pattern: RegExp, fault: string) {
  return z.string().regex(pattern, fault);
}

/** A password, key or token: hidden wherever the configuration is shown, and warned about when others can read it. */
export function secret() {
  return text().max(65_536).meta({ writeOnly: true, 'x-literal': 'warn' });
}

/** Hidden wherever the configuration is shown, but harmless enough to stand in the file. */
export function hidden() {
  return text().meta({ writeOnly: true });
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(100_000);
}

export function count(minimum: number, maximum: number) {
  return z.number().int().min(minimum).max(maximum);
}

export function language() {
  return z.enum(['en', 'de']);
}

/** The name of a list entry, by which others refer to it. */
export function entryName() {
  return textLike(
    /^[^\s\p{Cc}](?:[^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u,
    'must be a name of at most 100 characters, without line breaks or outer spaces',
  );
}

/** Names a user or group by its digits. Whether there is one is asked elsewhere, with a better answer than "no digits". */
export function reference() {
  return entryName();
}

export function extension() {
  return textLike(/^[0-9]{1,20}$/, 'must consist of digits only');
}

/** Outside: with plus and country code, or as it is dialled. */
export function phoneNumber() {
  return textLike(/^\+?[0-9]{1,20}$/, 'must be a telephone number | digits only, with + and country code: +4930555010');
}

/** Anything one can send a call to. */
export function destination() {
  return textLike(
    /^\+?[0-9*#]{1,40}$/,
    'must be an extension, the number of a group, or an outside number | digits only, outside numbers with +',
  );
}

/** What Asterisk calls an endpoint, such as `PJSIP/1001`. */
export function endpoint() {
  return textLike(/^[A-Za-z0-9]+\/[A-Za-z0-9_.@-]{1,100}$/, 'must be an endpoint of Asterisk | such as PJSIP/1001');
}

export function emailAddress() {
  return textLike(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be an e-mail address | such as office@example.org');
}

export function host() {
  return textLike(
    /^[A-Za-z0-9._:-]{1,253}$/,
    'must be the name or address of a host | without https:// and without a path',
  );
}

export function port() {
  return count(1, 65_535);
}

/** Credentials in an address would be shown in logs. */
export function url(...schemes: readonly string[]) {
  return z.string().superRefine((value, context) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    const wanted = `must be an address | beginning with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) context.addIssue(wanted);
    else if (parsed.username !== '' || parsed.password !== '') {
      context.addIssue('must not contain a user name or password | they have keys of their own');
    }
  });
}

/** A file or folder; relative ones start from the working directory of the server. */
export function filePath() {
  return textLike(/^[^\p{Cc}]{1,1000}$/u, 'must be a path');
}

/** A folder with `$Y`, `$M` and so on; it cannot climb out of where it lies. */
export function directoryTemplate() {
  return textLike(/^[^\p{Cc}]{0,1000}$/u, 'must be a path').superRefine((value, context) => {
    for (const fault of templateFaults(value)) context.addIssue(fault);
  });
}

/** A file name with `$Y`, `$M` and so on. */
export function fileNameTemplate() {
  return filePath().superRefine((value, context) => {
    if (/[/\\]/.test(value)) context.addIssue('must be a file name without / and \\');
    for (const fault of templateFaults(value)) context.addIssue(fault);
  });
}

function templateFaults(value: string): string[] {
  const climbs = value.split(/[/\\]/).includes('..') ? ['must not contain ..'] : [];
  return [...climbs, ...parsePathTemplate(value).unknown.map(unknownName)];
}

function unknownName(written: string): string {
  const meant = closest(written.replace(/[${}]/g, ''), pathTemplateNames);
  const known = pathTemplateNames.map((name) => `$${name}`).join(' ');
  return `unknown name ${written} | ${meant === undefined ? `known are ${known}, and $$ for a dollar` : `did you mean $${meant}?`}`;
}

/** A regular expression that is searched, not anchored. */
export function pattern() {
  return text()
    .max(1000)
    .superRefine((value, context) => {
      const compiled = compilePattern(value);
      if (compiled.ok) return;
      const reason = compiled.message.replace(/^error parsing regexp: /, '');
      const hint = /\(\?[=!<]/.test(value) ? ' | there is no look-ahead, no look-behind and no back reference' : '';
      context.addIssue(`is no valid regular expression: ${reason}${hint}`);
    });
}

/** Text with names in braces, such as `{hotline}`; only the listed ones are known. */
export function bracesTemplate(names: readonly string[]) {
  return z
    .string()
    .max(1000)
    .superRefine((value, context) => {
      for (const [written, name] of value.matchAll(/\{([^{}]*)\}/g)) {
        if (name === undefined || names.includes(name)) continue;
        const meant = closest(name, names);
        context.addIssue(
          `unknown name ${written} | ${meant === undefined ? `known are ${names.join(', ')}` : `did you mean {${meant}}?`}`,
        );
      }
    });
}
