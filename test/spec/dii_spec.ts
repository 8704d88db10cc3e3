// Directly identifying information (DII): normalized as UID2 publishes it, and what the module makes of whatever it is given.
import { expect } from 'chai';
import fc from 'fast-check';
import { asEmail, diiIn, type DiiParams } from '../../libraries/uid2/dii';
import vectors from '../vectors/dii.json';

const BOTH = { serverPublicKey: 'UID2-X-L-key', subscriptionId: 'subscription' };
const HASH = 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=';

const read = (params: object) => diiIn({ ...BOTH, ...params } as DiiParams);
const valueOf = (params: object) => read(params)[1]?.[1];
const flawOf = (params: object) => read(params)[0];

// '' means that nobody is named, which is no mistake
const wrong = (texts: string[]) => texts.filter((text) => text !== '');

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const emailPart = fc.string({ unit: fc.constantFrom(...'aZ.+@ \t\u00a0\u2028\ufeffßİıÅΣς😀', '\ud800'), maxLength: 8 });
const emailLike = fc.tuple(emailPart, fc.constantFrom('@', '@@', ''), fc.oneof(emailPart, fc.constantFrom('gmail.com', 'GMAIL.com', 'gmail.com ', 'x.gmail.com')))
  .map((parts) => parts.join(''));
const anything = fc.oneof(anyText, emailLike, fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }));

describe('uid2 DII: e-mail addresses', () => {
  for (const { inputs, normalized } of vectors.email) {
    for (const input of inputs) {
      it(`reads ${JSON.stringify(input)} as ${normalized}`, () => {
        expect(read({ email: input })).to.deep.equal([undefined, ['email_hash', normalized, false]]);
      });
    }
  }
  for (const input of wrong(vectors.invalidEmail)) {
    it(`refuses ${JSON.stringify(input)}`, () => {
      expect(read({ email: input })).to.deep.equal(['invalid email']);
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
      ['a.b+c@gmail.com', 'ab@gmail.com'], ['a.b+c@googlemail.com', 'a.b+c@googlemail.com'], ['a.b+c@x.gmail.com', 'a.b+c@x.gmail.com'],
      ['a+b+c@gmail.com', 'a@gmail.com'], ['+c@gmail.com', ''], ['..@gmail.com', ''], ['+c@example.com', '+c@example.com'],
    ]) expect(asEmail(text), text).to.equal(normalized);
  });
});

describe('uid2 DII: phone numbers', () => {
  for (const { inputs: [input] } of vectors.phone) {
    it(`takes ${input} as it is`, () => {
      expect(read({ phone: input })).to.deep.equal([undefined, ['phone_hash', input, false]]);
    });
  }
  for (const input of wrong(vectors.invalidPhone)) {
    it(`refuses ${JSON.stringify(input)}`, () => {
      expect(read({ phone: input })).to.deep.equal(['invalid phone']);
    });
  }
  it('are never repaired: taken as they are, or not at all', () => {
    const phoneLike = fc.string({ unit: fc.constantFrom(...'+0123456789 -().\n٣３'), maxLength: 20 });
    const good = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 17 }).map((digits) => `+${digits}`);
    fc.assert(fc.property(fc.oneof(anyText, phoneLike, good), (phone) => {
      expect(valueOf({ phone })).to.equal(/^\+[0-9]{10,15}$/.test(phone) ? phone : undefined);
    }));
  });
  for (const phone of ['+1234567890\n', ' +1234567890', '+1234567890 ', '+123456789', '+1234567890123456', '0012345678901', '+١٢٣٤٥٦٧٨٩٠']) {
    it(`are not ${JSON.stringify(phone)}`, () => {
      expect(valueOf({ phone })).to.equal(undefined);
    });
  }
});

describe('uid2 DII: hashes', () => {
  for (const [param, field] of [['emailHash', 'email_hash'], ['phoneHash', 'phone_hash']] as const) {
    it(`are taken as they are (${param})`, () => {
      fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hash = btoa(String.fromCharCode(...bytes));
        expect(read({ [param]: hash })).to.deep.equal([undefined, [field, hash, true]]);
      }));
    });
    it(`are 32 bytes (${param})`, () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }).filter(({ length }) => length !== 0 && length !== 32), (bytes) => {
        expect(read({ [param]: btoa(String.fromCharCode(...bytes)) })).to.deep.equal([`invalid ${param}`]);
      }));
    });
    for (const [title, text] of [
      ['hexadecimal', 'ab'.repeat(32)], ['base64url', HASH.replace('/', '_')], ['without padding', HASH.slice(0, 43)], ['with a space', `${HASH} `],
      ['no canonical base64', `${HASH.slice(0, 42)}R=`], ['an e-mail address', 'user@example.com'],
    ]) {
      it(`are not ${title} (${param})`, () => {
        expect(read({ [param]: text })).to.deep.equal([`invalid ${param}`]);
      });
    }
  }
});

describe('uid2 DII: the params', () => {
  it('throw nothing, whatever they are', () => {
    const names = ['email', 'phone', 'emailHash', 'phoneHash', 'serverPublicKey', 'subscriptionId'];
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), anything), (params) => {
      const [flaw, dii] = diiIn(params as DiiParams);
      if (flaw) expect(flaw).to.match(/^(invalid (email|phone|emailHash|phoneHash|serverPublicKey|subscriptionId)|more than one of emailHash, phoneHash, email, phone)$/);
      if (dii) expect([typeof dii[1], typeof dii[2]]).to.deep.equal(['string', 'boolean']);
    }));
  });
  for (const param of ['email', 'phone', 'emailHash', 'phoneHash']) {
    it(`name nobody with a ${param} that is no text`, () => {
      fc.assert(fc.property(anything.filter((value) => typeof value !== 'string'), (value) => {
        expect(read({ [param]: value })).to.deep.equal(value ? [`invalid ${param}`] : []);
      }));
    });
    it(`name nobody, and are no mistake, with an empty ${param}`, () => {
      expect([read({ [param]: '' }), read({ [param]: null }), read({ [param]: undefined })]).to.deep.equal([[], [], []]);
    });
  }
  it('are no mistake without anything of this', () => {
    expect(diiIn({})).to.deep.equal([]);
  });
  for (const [title, serverPublicKey] of [
    ['no key', undefined], ['an empty key', ''], ['another prefix', 'UID3-X-L-key'], ['no prefix', 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'],
    ['nothing after the prefix', 'UID2-X-L-'], ['a long environment', 'UID2-X-LL-key'], ['a prefix in mid-text', ' UID2-X-L-key'],
  ] as const) {
    it(`need a key: ${title}`, () => {
      expect(flawOf({ serverPublicKey, email: 'user@example.com' })).to.equal('invalid serverPublicKey');
    });
  }
  for (const key of ['UID2-X-L-key', 'UID2-X-P-key', 'UID2-X-I-key', 'EUID-X-P-key']) {
    it(`take a key such as ${key}`, () => {
      expect(flawOf({ serverPublicKey: key, email: 'user@example.com' })).to.equal(undefined);
    });
  }
  for (const subscriptionId of [undefined, '', null, 7, {}]) {
    it(`need a subscription: not ${JSON.stringify(subscriptionId)}`, () => {
      expect(flawOf({ subscriptionId, email: 'user@example.com' })).to.equal('invalid subscriptionId');
    });
  }
  it('say that the key is missing before anything else', () => {
    expect(diiIn({ email: 'nobody' })).to.deep.equal(['invalid serverPublicKey']);
  });
  it('name one: emailHash, then phoneHash, then email, then phone', () => {
    const all: [string, string][] = [['emailHash', HASH], ['phoneHash', HASH], ['email', 'user@example.com'], ['phone', '+12345678901']];
    const chosen = all.map((_, at) => read(Object.fromEntries(all.slice(at).reverse())));
    expect(chosen.map(([flaw]) => flaw)).to.deep.equal([...Array(3).fill('more than one of emailHash, phoneHash, email, phone'), undefined]);
    expect(chosen.map(([, dii]) => dii)).to.deep.equal([
      ['email_hash', HASH, true], ['phone_hash', HASH, true], ['email_hash', 'user@example.com', false], ['phone_hash', '+12345678901', false],
    ]);
  });
  it('do not fall back to the second when the first is invalid', () => {
    expect(read({ emailHash: 'x', email: 'user@example.com' })).to.deep.equal(['invalid emailHash']);
  });
});
