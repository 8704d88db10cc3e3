// The module and the operator read directly identifying information alike, where the real operator follows UID2's rules.
import { expect } from 'chai';
import fc from 'fast-check';
import { asEmail, diiIn } from '../../libraries/uid2Session/dii.js';
import { normalizeEmail, normalizePhone } from '../../operator/normalize.js';

const BOTH = { serverPublicKey: 'UID2-X-L-key', subscriptionId: 'subscription' };
const GMAIL = fc.constantFrom('gmail.com', 'GMAIL.com', 'x.gmail.com');
const AT = fc.constantFrom('@', '@@', '');
const spaces = fc.constantFrom('', ' ', '  ');
const part = fc.string({ unit: fc.constantFrom(...'aZ.+@ \t\u00a0\u2028\ufeff\u180eßİΣς😀', '\ud800'), maxLength: 8 });
const emailLike = fc.tuple(part, AT, fc.oneof(part, GMAIL), spaces).map((parts) => parts.join(''));
const plain = fc.string({ unit: fc.constantFrom(...'aZ.+@_-~!'), maxLength: 8 });
const plainEmailLike = fc.tuple(spaces, plain, AT, fc.oneof(plain, GMAIL), spaces).map((parts) => parts.join(''));
const phoneLike = fc.string({ unit: fc.constantFrom(...'+0123456789 -\n٣'), maxLength: 18 });

describe('operator: the module\'s own normalization', () => {
  it('agrees on every e-mail address in ASCII without spaces inside', () => {
    fc.assert(fc.property(plainEmailLike, (text) => {
      expect(asEmail(text) || undefined).to.equal(normalizeEmail(text));
    }));
  });
  it('takes no address that the operator refuses', () => {
    fc.assert(fc.property(emailLike, (text) => {
      if (asEmail(text)) expect(normalizeEmail(text)).to.be.a('string');
    }));
  });
  // UID2's own SDK does as the module does. The server and the page then have one person as two readers.
  const apart: [email: string, page: string | undefined, server: string | undefined][] = [
    ['ÜBER@example.com', 'über@example.com', 'Über@example.com'],
    ['\u00a0user@example.com', 'user@example.com', '\u00a0user@example.com'],
    ['two words@example.com', undefined, 'twowords@example.com']
  ];
  for (const [email, page, server] of apart) {
    it(`reads ${JSON.stringify(email)} otherwise than the operator`, () => {
      expect([asEmail(email) || undefined, normalizeEmail(email)]).to.deep.equal([page, server]);
    });
  }
  it('agrees on every phone number', () => {
    fc.assert(fc.property(fc.oneof(phoneLike, fc.nat().map((digits) => `+1${digits}`), fc.string()), (phone) => {
      expect(diiIn({ ...BOTH, phone }).dii?.value).to.equal(normalizePhone(phone));
    }));
  });
});
