import { expect } from 'chai';
import { normalizeEmail, normalizePhone, personOf, sha256 } from '../../operator/normalize.js';
import vectors from '../vectors/dii.json';

describe('operator: normalization', () => {
  for (const { inputs, normalized, base64 } of vectors.email) {
    for (const input of inputs) {
      it(`reads ${JSON.stringify(input)} as ${normalized}`, () => {
        expect(normalizeEmail(input)).to.equal(normalized);
        expect(sha256(normalized)).to.equal(base64);
        expect(personOf({ email: input })).to.deep.equal({ kind: 'email', hash: base64 });
      });
    }
  }
  for (const { inputs: [input], base64 } of vectors.phone) {
    it(`takes the phone number ${input} as it is`, () => {
      expect(normalizePhone(input)).to.equal(input);
      expect(personOf({ phone: input })).to.deep.equal({ kind: 'phone', hash: base64 });
    });
  }
  // By the published rules inner spaces are an error; the real operator drops those before the @.
  const spaced = vectors.invalidEmail.filter((input) => /\S\s+\S/.test(input));
  for (const input of spaced) {
    it(`reads ${JSON.stringify(input)} without its inner spaces`, () => {
      expect(normalizeEmail(input)).to.equal(normalizeEmail(input.replaceAll(' ', '')));
    });
  }
  for (const input of vectors.invalidEmail.filter((one) => !spaced.includes(one))) {
    it(`refuses ${JSON.stringify(input)} as an e-mail address`, () => {
      expect(normalizeEmail(input)).to.equal(undefined);
      expect(personOf({ email: input })).to.equal('invalid');
    });
  }
  for (const input of vectors.invalidPhone) {
    it(`refuses ${JSON.stringify(input)} as a phone number`, () => {
      expect(normalizePhone(input)).to.equal(undefined);
      expect(personOf({ phone: input })).to.equal('invalid');
    });
  }

  it('takes a hash as it is', () => {
    expect(personOf({ email_hash: sha256('a@b.c') })).to.deep.equal({ kind: 'email', hash: sha256('a@b.c') });
    expect(personOf({ phone_hash: sha256('+12345678901') })).to.deep.equal({ kind: 'phone', hash: sha256('+12345678901') });
  });
  it('takes a hash in hex as the same in base64', () => {
    const hex = Buffer.from(sha256('a@b.c'), 'base64').toString('hex');
    for (const value of [hex, hex.toUpperCase()]) expect(personOf({ email_hash: value })).to.deep.equal({ kind: 'email', hash: sha256('a@b.c') });
  });
  it('refuses a hash that is neither 44 characters of base64 nor 64 of hex', () => {
    for (const value of ['', 'abc', sha256('x').slice(0, 40), `${sha256('x').slice(0, 43)}!`, 'ab'.repeat(31), 'xy'.repeat(32), 7]) {
      expect(personOf({ email_hash: value })).to.equal('invalid');
    }
  });
  it('wants exactly one piece', () => {
    expect(personOf({})).to.equal('missing');
    expect(personOf({ email: 'a@b.c', phone: '+12345678901' })).to.equal('missing');
  });
});
