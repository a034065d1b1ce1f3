import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../../src/config/load.ts';
import { asterisk, checkText, environment, writeFiles } from './written-config.ts';

const contract = fileURLToPath(new URL('contract/fernamt.yaml', import.meta.url));
const contractEnvironment = Object.fromEntries(
  [...readFileSync(contract, 'utf8').matchAll(/!env (\w+)/g)].map(([, name = '']) => [name, `secret-of-${name}`]),
);

test('the whole block of the contract is accepted', () => {
  const { problems, result } = check(contract, { environment: contractEnvironment });
  assert.deepEqual(problems, []);
  assert.equal(result?.config.signing.key, 'stands for a private key');
  assert.equal(result.config.missedCalls.email.linkPrefix, 'tel:');
  assert.equal(result.config.storageTargets.length, 5);
});

test('nothing secret is shown or part of the hash', () => {
  const { result } = check(contract, { environment: contractEnvironment });
  assert.ok(result);
  const shown = JSON.stringify(result.effective) + result.effectiveYaml;
  assert.doesNotMatch(shown, /secret-of-|stands for a private key/);
  assert.match(result.effectiveYaml, /password: !env ARI_PASSWORD\n/);
  assert.match(result.effectiveYaml, /privateKey: !file keys\/vault\n/);
  const others = Object.fromEntries(Object.keys(contractEnvironment).map((name) => [name, 'another']));
  assert.equal(check(contract, { environment: others }).result?.hash, result.hash);
});

test('the effective configuration is valid again and stays the same', (context) => {
  for (const [text, file] of [[asterisk], [readFileSync(contract, 'utf8'), contract]] as const) {
    const first = file ? check(file, { environment: contractEnvironment }) : checkText(context, text);
    const folder = writeFiles(context, { 'effective.yaml': first.result?.effectiveYaml ?? '' });
    const second = check(join(folder, 'effective.yaml'), { resolveSecrets: false });
    assert.deepEqual(second.problems, []);
    assert.deepEqual(second.result?.effective, first.result?.effective);
    assert.equal(second.result?.hash, first.result?.hash);
  }
});

test('the hash follows the rules and not the way they are written', (context) => {
  const hashOf = (text: string): string | undefined => checkText(context, text).result?.hash;
  const hash = hashOf(asterisk);
  assert.match(hash ?? '', /^[0-9a-f]{64}$/);
  assert.equal(hashOf(`# a comment\nlanguage: en\n${asterisk}`), hash);
  assert.notEqual(hashOf(`language: de\n${asterisk}`), hash);
});

test('a secret that was written out is masked', (context) => {
  const { result } = checkText(context, asterisk.replace('!env ARI_PASSWORD', 'geheim'), { environment });
  assert.match(result?.effectiveYaml ?? '', /password: "\*\*\*"/);
  assert.equal(result?.config.asterisk.password, 'geheim');
});
