import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  emergencyNumber,
  formatFor,
  isWithheld,
  outsideNumber,
  readings,
  sameNumber,
  toE164,
  type NumberFormat,
  type Numbering,
} from '../../../src/telephony/number.ts';

const plan = { internationalPrefix: '00', nationalPrefix: '0', emergencyNumbers: ['112'], companyPrefixes: [] };
const berlin: Numbering = {
  ...plan,
  country: 'DE',
  areaCode: '30',
  outsideLine: '0',
  emergencyNumbers: ['110', '112'],
};
const vienna: Numbering = { ...plan, country: 'AT', areaCode: '1', emergencyNumbers: ['112', '122', '133', '144'] };
const zurich: Numbering = { ...plan, country: 'CH', emergencyNumbers: ['112', '117', '118', '144'] };
const london: Numbering = {
  ...plan,
  country: 'GB',
  areaCode: '20',
  outsideLine: '9',
  emergencyNumbers: ['999', '112'],
};
const newYork: Numbering = {
  ...plan,
  country: 'US',
  areaCode: '212',
  internationalPrefix: '011',
  nationalPrefix: '1',
  outsideLine: '9',
  emergencyNumbers: ['911'],
};
const rome: Numbering = { ...plan, country: 'IT', nationalPrefix: '' };
const nowhere: Numbering = { ...plan, country: 'XX', areaCode: '30' };

const valid: readonly (readonly [Numbering, string, string])[] = [
  [berlin, '+4930123456', '+4930123456'],
  [berlin, '+49 (0)30 12 34 56', '+4930123456'],
  [berlin, '030/123456', '+4930123456'],
  [berlin, '0 30 - 12 34 56', '+4930123456'],
  [berlin, '0049.30.123456', '+4930123456'],
  [berlin, '123456', '+4930123456'],
  [berlin, '0171 1234567', '+491711234567'],
  [berlin, '0043 1 2345678', '+4312345678'],
  [berlin, '001 202 555 0123', '+12025550123'],
  [berlin, '4930555010', '+4930555010'],
  [vienna, '01 2345678', '+4312345678'],
  [vienna, '0664 1234567', '+436641234567'],
  [vienna, '2345678', '+4312345678'],
  [vienna, '0049 30 123456', '+4930123456'],
  [zurich, '044 364 35 32', '+41443643532'],
  [zurich, '0041 44 364 35 32', '+41443643532'],
  [london, '020 7946 0123', '+442079460123'],
  [london, '7946 0123', '+442079460123'],
  [london, '07400 123456', '+447400123456'],
  [newYork, '1 202 555 0123', '+12025550123'],
  [newYork, '(202) 555-0123', '+12025550123'],
  [newYork, '555-0123', '+12125550123'],
  [newYork, '011 49 30 123456', '+4930123456'],
  [rome, '06 1234 5678', '+390612345678'],
  [rome, '0039 06 1234 5678', '+390612345678'],
  [nowhere, '+4930123456', '+4930123456'],
  [nowhere, '004930123456', '+4930123456'],
];
for (const [numbering, dialled, expected] of valid) {
  test(`in ${numbering.country} ${dialled} is ${expected}`, () => {
    assert.equal(toE164(dialled, numbering), expected);
  });
}

const invalid: readonly (readonly [Numbering, string])[] = [
  ...['110', '112', '115', '116117', '11833', '**701', '*43', '#31#030123456', '1001', '12', '', '+', '0', '00'].map(
    (number) => [berlin, number] as const,
  ),
  ...['anonymous', '+49', '+49110', '++4930123456', '030123456a', '٠٣٠١٢٣٤٥٦', '030 123456;ext=1'].map(
    (number) => [berlin, number] as const,
  ),
  [berlin, '1'.repeat(21)],
  [vienna, '133'],
  [zurich, '117'],
  [zurich, '3643532'],
  [london, '999'],
  [newYork, '911'],
  [newYork, '411'],
  [nowhere, '030123456'],
];
for (const [numbering, dialled] of invalid) {
  test(`in ${numbering.country} ${JSON.stringify(dialled)} is no number in E.164`, () => {
    assert.equal(toE164(dialled, numbering), undefined);
  });
}

test('a number from a trunk that leaves the plus away is read as the trunk means it', () => {
  assert.equal(toE164('431234567', berlin), '+4930431234567');
  assert.equal(toE164('4312345678', berlin, 'e164NoPlus'), '+4312345678');
  assert.equal(toE164('030123456', berlin, 'e164NoPlus'), '+4930123456');
});

test('a number with several valid readings gives all of them, the likeliest first and itself last', () => {
  assert.deepEqual(readings('30123456', berlin), ['+493030123456', '+4930123456', '30123456']);
  assert.deepEqual(readings('4930555010', berlin), ['+4930555010', '+49304930555010', '4930555010']);
  assert.deepEqual(readings('0043 1 2345678', berlin), ['+4312345678', '0043 1 2345678']);
  assert.deepEqual(readings('+4930123456', berlin), ['+4930123456']);
});

test('what is no telephone number has itself as its one reading', () => {
  for (const number of ['110', '1001', '**701', '', 'anonymous']) assert.deepEqual(readings(number, berlin), [number]);
});

test('two notations of one number are the same number', () => {
  for (const other of ['+4930555010', '4930555010', '004930555010', '030 555010', '555010', '30555010']) {
    assert.ok(sameNumber('+49 30 555010', other, berlin), other);
    assert.ok(sameNumber(other, '+49 30 555010', berlin), other);
  }
  assert.ok(sameNumber('1001', '1001', berlin));
  assert.ok(!sameNumber('1001', '1002', berlin));
  assert.ok(!sameNumber('+4930555010', '+4930555011', berlin));
});

test('two withheld numbers are not the same number', () => {
  assert.ok(!sameNumber('anonymous', 'anonymous', berlin));
  assert.ok(!sameNumber('', '', berlin));
});

const formats: readonly (readonly [NumberFormat, string, Numbering, string])[] = [
  ['e164', '030123456', berlin, '+4930123456'],
  ['e164NoPlus', '030123456', berlin, '4930123456'],
  ['international', '030123456', berlin, '004930123456'],
  ['national', '+4930123456', berlin, '030123456'],
  ['national', '+4312345678', berlin, '004312345678'],
  ['asDialled', '030 123456', berlin, '030123456'],
  ['e164', '110', berlin, '110'],
  ['national', '116117', berlin, '116117'],
  ['e164', '*43', berlin, '*43'],
  ['national', '+12025550123', newYork, '12025550123'],
  ['international', '+4930123456', newYork, '0114930123456'],
  ['national', '+390612345678', rome, '0612345678'],
];
for (const [format, number, numbering, expected] of formats) {
  test(`${number} in the format ${format} is ${expected} in ${numbering.country}`, () => {
    assert.equal(formatFor(format, number, numbering), expected);
  });
}

test('an emergency number is known, also behind the outside line', () => {
  assert.equal(emergencyNumber('110', berlin), '110');
  assert.equal(emergencyNumber('0112', berlin), '112');
  assert.equal(emergencyNumber('1 1 0', berlin), '110');
  assert.equal(emergencyNumber('9999', london), '999');
  assert.equal(emergencyNumber('9911', newYork), '911');
  for (const other of ['', '0', '1101', '00110', '+49110', '115'])
    assert.equal(emergencyNumber(other, berlin), undefined);
  assert.equal(emergencyNumber('0112', vienna), undefined);
});

const outside: readonly (readonly [Numbering, string, string | undefined])[] = [
  [berlin, '0 030 123456', '+4930123456'],
  [berlin, '030123456', '+4930123456'],
  [berlin, '0 0043 1 2345678', '+4312345678'],
  [berlin, '0+49 30 123456', '+4930123456'],
  [berlin, '+4930123456', '+4930123456'],
  [berlin, '123456', '+4930123456'],
  // What follows the 0 begins with the national prefix: 0 was the outside line and 0431 is a city.
  [berlin, '0043 1 2345678', '+494312345678'],
  // What follows begins with no prefix: the 0 belongs to the number.
  [berlin, '0 123456', '0123456'],
  [berlin, '0', '0'],
  [berlin, '116117', '116117'],
  [berlin, '*43', '*43'],
  [berlin, '0110', '110'],
  [berlin, '*', undefined],
  [berlin, '+', undefined],
  [berlin, '', undefined],
  [berlin, 'olivia', undefined],
  [berlin, '030123456&PJSIP', undefined],
  [berlin, '1'.repeat(41), undefined],
  [vienna, '01 2345678', '+4312345678'],
  [london, '9 020 7946 0123', '+442079460123'],
  [london, '020 7946 0123', '+442079460123'],
  [newYork, '9 1 202 555 0123', '+12025550123'],
  [newYork, '9 011 49 30 123456', '+4930123456'],
  [newYork, '911', '911'],
  [{ ...rome, outsideLine: '0' }, '0 06 1234 5678', '+390612345678'],
];
for (const [numbering, dialled, expected] of outside) {
  test(`${JSON.stringify(dialled)} dialled in ${numbering.country} means ${String(expected)} outside`, () => {
    assert.equal(outsideNumber(dialled, numbering), expected);
  });
}

test('withheld numbers are known in every usual form', () => {
  for (const name of ['', ' ', 'anonymous', 'Anonymous', 'Restricted', 'unknown', 'unavailable', 'Private']) {
    assert.ok(isWithheld(name), name);
  }
  for (const name of ['0', '+4930123456', 'olivia']) assert.ok(!isWithheld(name), name);
});

const numberings = [berlin, vienna, zurich, london, newYork, rome, nowhere];
const anyNumbering = fc.constantFrom(...numberings);
const numberish = fc.string({ unit: fc.constantFrom(...'0123456789+*#- ()/'), maxLength: 24 });
const anyText = fc.oneof(numberish, fc.string({ unit: 'binary', maxLength: 80 }));

test('normalising a normalised number changes nothing', () => {
  fc.assert(
    fc.property(numberish, anyNumbering, (text, numbering) => {
      const once = toE164(text, numbering);
      if (once === undefined) return;
      assert.match(once, /^\+[1-9][0-9]{4,16}$/);
      assert.equal(toE164(once, numbering), once);
      assert.ok(sameNumber(text, once, numbering));
      for (const format of ['e164', 'international'] as const) {
        assert.equal(toE164(formatFor(format, once, numbering), numbering), once, format);
      }
    }),
  );
});

test('an emergency or star number never becomes a number in E.164', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789*#'), maxLength: 12 }),
      anyNumbering,
      (text, numbering) => {
        assert.equal(toE164(`*${text}`, numbering), undefined);
        for (const number of numbering.emergencyNumbers) assert.equal(toE164(number, numbering), undefined);
      },
    ),
  );
});

test('the readings always hold the number itself, and every other one is in E.164', () => {
  fc.assert(
    fc.property(anyText, anyNumbering, (text, numbering) => {
      const all = readings(text, numbering);
      assert.equal(all.at(-1), text);
      assert.equal(new Set(all).size, all.length);
      for (const one of all.slice(0, -1)) assert.match(one, /^\+[1-9][0-9]+$/);
    }),
  );
});

test('what goes to a trunk holds nothing but the characters of a number', () => {
  fc.assert(
    fc.property(anyText, anyNumbering, (text, numbering) => {
      const number = outsideNumber(text, numbering);
      if (number !== undefined) assert.match(number, /^\+?[0-9*#]+$/);
    }),
  );
});

test('rubbish of 10 kB is harmless and quick', () => {
  const rubbish = ['1', '+', '0', ' ', '(', '\u0000', '\u202e', '*', '1 '].map((one) => one.repeat(10_240));
  const begunAt = performance.now();
  for (const text of rubbish) {
    assert.equal(toE164(text, berlin), undefined);
    assert.deepEqual(readings(text, berlin), [text]);
    assert.equal(outsideNumber(text, berlin), undefined);
    assert.equal(emergencyNumber(text, berlin), undefined);
    assert.equal(isWithheld(text), false);
    assert.equal(sameNumber(text, '110', berlin), false);
    assert.equal(formatFor('national', text, berlin), text);
  }
  assert.ok(performance.now() - begunAt < 50);
});
