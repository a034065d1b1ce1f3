import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AriError, fromJson, toJson, toUri } from '../../../src/ari/client.ts';

test('a query is written with everything encoded and without what is undefined', () => {
  const uri = toUri('channels/a/variable', {
    variable: 'CHANNEL(x)',
    value: 'a&b=c?+ %"é',
    timeout: 5,
    on: true,
    no: undefined,
  });
  assert.equal(uri, 'channels/a/variable?variable=CHANNEL(x)&value=a%26b%3Dc%3F%2B%20%25%22%C3%A9&timeout=5&on=true');
});

test('nothing in a value breaks out of its parameter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (first, second) => {
      const uri = toUri('channels/create', { first, second, last: 'x' });
      const [path, query, ...rest] = uri.split('?');
      const pairs = [...new URLSearchParams(query)];
      const clean = (text: string): string => text.replaceAll('\0', '\uFFFD');
      assert.equal(path, 'channels/create');
      assert.equal(rest.length, 0);
      assert.deepEqual(pairs, [
        ['first', clean(first)],
        ['second', clean(second)],
        ['last', 'x'],
      ]);
    }),
  );
});

test('nothing in a segment of the path breaks out of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
      fc.pre(id !== '.' && id !== '..');
      const uri = toUri(['channels', id, 'answer']);
      assert.match(uri, /^channels\/[^/?#\s]+\/answer$/);
      assert.equal(decodeURIComponent(uri.split('/')[1]!), id.replaceAll('\0', '\uFFFD'));
    }),
  );
});

test('a path with an empty part is refused, as it would mean another resource', () => {
  for (const path of ['channels//answer', 'channels/', '/channels', '', 'channels/../bridges', 'channels/.']) {
    assert.throws(
      () => toUri(path),
      (error) => error instanceof AriError && error.permanent,
      path,
    );
  }
  assert.throws(() => toUri(['channels', '']), AriError);
});

test('half a surrogate pair and a NUL, which Asterisk cannot read, are replaced', () => {
  assert.equal(toUri('a', { value: '\ud800x\0' }), 'a?value=%EF%BF%BDx%EF%BF%BD');
  assert.equal(toJson({ variables: { NAME: '\udc00x\0😀' } }), '{"variables":{"NAME":"\uFFFDx\uFFFD😀"}}');
});

test('an answer is JSON, or the text itself where it is none', () => {
  assert.deepEqual(fromJson('{"a":1}'), { a: 1 });
  assert.equal(fromJson('<html>'), '<html>');
  assert.equal(fromJson(''), undefined);
});
