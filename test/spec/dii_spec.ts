// Addresses and phone numbers (DII): normalized as UID2 publishes it, and nothing thrown by any value (R17).
import { expect } from 'chai';
import fc from 'fast-check';
import { asEmail, diiIn, type DiiParams } from '../../libraries/uid2Session/dii';
import vectors from '../vectors/dii.json';

const BOTH = { serverPublicKey: 'UID2-X-L-key', subscriptionId: 'subscription' };
const HASH = 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=';

const read = (params: object) => diiIn({ ...BOTH, ...params } as DiiParams);
const valueOf = (params: object) => read(params).dii?.value;
const flawOf = (params: object) => read(params).flaw;

// '' means that nobody is named, which is no mistake
const wrong = (texts: string[]) => texts.filter((text) => text !== '');

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const emailPart = fc.string({ unit: fc.constantFrom(...'aZ.+@ \t\u00a0\u2028\ufeffßİıÅΣς😀', '\ud800'), maxLength: 8 });
const domain = fc.oneof(emailPart, fc.constantFrom('gmail.com', 'GMAIL.com', 'gmail.com ', 'x.gmail.com'));
const emailLike = fc.tuple(emailPart, fc.constantFrom('@', '@@', ''), domain).map((parts) => parts.join(''));
const anything = fc.oneof(anyText, emailLike, fc.anything({
  withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true,
}));

describe('uid2 DII: e-mail addresses', () => {
  for (const { inputs, normalized } of vectors.email) {
    for (const input of inputs) {
      it(`reads ${JSON.stringify(input)} as ${normalized}`, () => {
        const dii = { field: 'email_hash', value: normalized, isHash: false };
        expect(read({ email: input })).to.deep.equal({ flaw: undefined, dii });
      });
    }
  }
  for (const input of wrong(vectors.invalidEmail)) {
    it(`refuses ${JSON.stringify(input)}`, () => {
      expect(read({ email: input })).to.deep.equal({ flaw: 'invalid email' });
    });
  }
  it('are the same when normalized once more', () => {
    fc.assert(fc.property(fc.oneof(anyText, emailLike), (text) => {
      const once = asEmail(text);
      if (once) expect(asEmail(once)).to.equal(once);
    }));
  });
  it('have one @, text on both sides of it, and no white space', () => {
    fc.assert(fc.property(fc.oneof(anyText, emailLike), (text) => {
      expect(asEmail(text)).to.match(/^$|^[^@\s]+@[^@\s]+$/);
    }));
  });
  it('lose dots and what follows a + at gmail.com, and nowhere else', () => {
    for (const [text, normalized] of [
      ['a.b+c@gmail.com', 'ab@gmail.com'], ['a+b+c@gmail.com', 'a@gmail.com'],
      ['a.b+c@googlemail.com', 'a.b+c@googlemail.com'], ['a.b+c@x.gmail.com', 'a.b+c@x.gmail.com'],
      ['+c@gmail.com', ''], ['..@gmail.com', ''], ['+c@example.com', '+c@example.com'],
    ]) expect(asEmail(text), text).to.equal(normalized);
  });
});

describe('uid2 DII: phone numbers', () => {
  for (const { inputs: [input] } of vectors.phone) {
    it(`takes ${input} as it is`, () => {
      const dii = { field: 'phone_hash', value: input, isHash: false };
      expect(read({ phone: input })).to.deep.equal({ flaw: undefined, dii });
    });
  }
  for (const input of wrong(vectors.invalidPhone)) {
    it(`refuses ${JSON.stringify(input)}`, () => {
      expect(read({ phone: input })).to.deep.equal({ flaw: 'invalid phone' });
    });
  }
  it('are taken as they are, or not at all', () => {
    const phoneLike = fc.string({ unit: fc.constantFrom(...'+0123456789 -().\n٣３'), maxLength: 20 });
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 17 });
    const good = digits.map((text) => `+${text}`);
    fc.assert(fc.property(fc.oneof(anyText, phoneLike, good), (phone) => {
      expect(valueOf({ phone })).to.equal(/^\+[0-9]{10,15}$/.test(phone) ? phone : undefined);
    }));
  });
  const BAD = [
    '+1234567890\n', ' +1234567890', '+1234567890 ', '+123456789', '+1234567890123456', '0012345678901',
    '+١٢٣٤٥٦٧٨٩٠',
  ];
  for (const phone of BAD) {
    it(`may not be ${JSON.stringify(phone)}`, () => {
      expect(valueOf({ phone })).to.equal(undefined);
    });
  }
});

describe('uid2 DII: hashes', () => {
  for (const [param, field] of [['emailHash', 'email_hash'], ['phoneHash', 'phone_hash']] as const) {
    it(`are taken as they are (${param})`, () => {
      fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hash = btoa(String.fromCharCode(...bytes));
        expect(read({ [param]: hash })).to.deep.equal({ flaw: undefined, dii: { field, value: hash, isHash: true } });
      }));
    });
    it(`must be 32 bytes (${param})`, () => {
      const otherLength = fc.uint8Array({ maxLength: 64 }).filter(({ length }) => length !== 0 && length !== 32);
      fc.assert(fc.property(otherLength, (bytes) => {
        expect(read({ [param]: btoa(String.fromCharCode(...bytes)) })).to.deep.equal({ flaw: `invalid ${param}` });
      }));
    });
    for (const [title, text] of [
      ['hexadecimal', 'ab'.repeat(32)], ['base64url', HASH.replace('/', '_')], ['without padding', HASH.slice(0, 43)],
      ['with a space', `${HASH} `], ['no canonical base64', `${HASH.slice(0, 42)}R=`],
      ['an e-mail address', 'user@example.com'],
    ]) {
      it(`may not be ${title} (${param})`, () => {
        expect(read({ [param]: text })).to.deep.equal({ flaw: `invalid ${param}` });
      });
    }
  }
});

describe('uid2 DII: the params', () => {
  const FLAWS = ['email', 'phone', 'emailHash', 'phoneHash', 'serverPublicKey', 'subscriptionId']
    .map((name) => `invalid ${name}`).concat('more than one of emailHash, phoneHash, email, phone: the first counts');

  it('throw nothing with any value', () => {
    const names = ['email', 'phone', 'emailHash', 'phoneHash', 'serverPublicKey', 'subscriptionId'];
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), anything), (params) => {
      const { flaw, dii } = diiIn(params as DiiParams);
      if (flaw) expect(FLAWS).to.include(flaw);
      if (dii) expect([typeof dii.value, typeof dii.isHash]).to.deep.equal(['string', 'boolean']);
    }));
  });
  for (const param of ['email', 'phone', 'emailHash', 'phoneHash']) {
    it(`name nobody with a ${param} that is no text`, () => {
      fc.assert(fc.property(anything.filter((value) => typeof value !== 'string'), (value) => {
        expect(read({ [param]: value })).to.deep.equal(value ? { flaw: `invalid ${param}` } : {});
      }));
    });
    it(`have no flaw and name nobody with an empty ${param}`, () => {
      expect(['', null, undefined].map((value) => read({ [param]: value }))).to.deep.equal([{}, {}, {}]);
    });
  }
  it('have no flaw when they are all missing', () => {
    expect(diiIn({})).to.deep.equal({});
  });
  for (const [title, serverPublicKey] of [
    ['no key', undefined], ['an empty key', ''], ['another prefix', 'UID3-X-L-key'],
    ['no prefix', 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'],
    ['nothing after the prefix', 'UID2-X-L-'], ['a long environment', 'UID2-X-LL-key'],
    ['a prefix in mid-text', ' UID2-X-L-key'],
  ] as const) {
    it(`need a key, and not ${title}`, () => {
      expect(flawOf({ serverPublicKey, email: 'user@example.com' })).to.equal('invalid serverPublicKey');
    });
  }
  for (const key of ['UID2-X-L-key', 'UID2-X-P-key', 'UID2-X-I-key']) {
    it(`accept the key ${key}`, () => {
      expect(flawOf({ serverPublicKey: key, email: 'user@example.com' })).to.equal(undefined);
    });
  }
  it('tell that the key of an EUID operator is for another module', () => {
    expect(flawOf({ serverPublicKey: 'EUID-X-P-key', email: 'user@example.com' })).to.equal('EUID: use euidIdSystem');
  });
  for (const subscriptionId of [undefined, '', null, 7, {}]) {
    it(`need a subscription, and not ${JSON.stringify(subscriptionId)}`, () => {
      expect(flawOf({ subscriptionId, email: 'user@example.com' })).to.equal('invalid subscriptionId');
    });
  }
  it('lack the key before anything else', () => {
    expect(diiIn({ email: 'nobody' })).to.deep.equal({ flaw: 'invalid serverPublicKey' });
  });
  it('name one reader, by emailHash, then phoneHash, then email, then phone', () => {
    const all: [string, string][] = [
      ['emailHash', HASH], ['phoneHash', HASH], ['email', 'user@example.com'], ['phone', '+12345678901'],
    ];
    const chosen = all.map((_, at) => read(Object.fromEntries(all.slice(at).reverse())));
    const flaw = 'more than one of emailHash, phoneHash, email, phone: the first counts';
    expect(chosen.map((one) => one.flaw)).to.deep.equal([flaw, flaw, flaw, undefined]);
    expect(chosen.map(({ dii }) => dii)).to.deep.equal([
      { field: 'email_hash', value: HASH, isHash: true }, { field: 'phone_hash', value: HASH, isHash: true },
      { field: 'email_hash', value: 'user@example.com', isHash: false },
      { field: 'phone_hash', value: '+12345678901', isHash: false },
    ]);
  });
  it('name nobody if the first is invalid, even with a valid second', () => {
    expect(read({ emailHash: 'x', email: 'user@example.com' })).to.deep.equal({ flaw: 'invalid emailHash' });
  });
});
