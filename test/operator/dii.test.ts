// The module and the operator read directly identifying information alike, though neither knows of the other.
import { expect } from 'chai';
import fc from 'fast-check';
import { asEmail, diiIn } from '../../libraries/uid2Session/dii.js';
import { normalizeEmail, normalizePhone } from '../../operator/normalize.js';

const BOTH = { serverPublicKey: 'UID2-X-L-key', subscriptionId: 'subscription' };
const part = fc.string({ unit: fc.constantFrom(...'aZ.+@ \t\u00a0\u2028\ufeff\u180eßİΣς😀', '\ud800'), maxLength: 8 });
const emailLike = fc.tuple(part, fc.constantFrom('@', '@@', ''), fc.oneof(part, fc.constantFrom('gmail.com', 'GMAIL.com', 'gmail.com ', 'x.gmail.com')))
  .map((parts) => parts.join(''));
const phoneLike = fc.string({ unit: fc.constantFrom(...'+0123456789 -\n٣'), maxLength: 18 });

describe('operator: the module\'s own normalization', () => {
  it('agrees on every e-mail address', () => {
    fc.assert(fc.property(fc.oneof(emailLike, fc.string({ unit: 'binary' })), (text) => {
      expect(asEmail(text) || undefined).to.equal(normalizeEmail(text));
    }));
  });
  it('agrees on every phone number', () => {
    fc.assert(fc.property(fc.oneof(phoneLike, fc.nat().map((digits) => `+1${digits}`), fc.string()), (phone) => {
      expect(diiIn({ ...BOTH, phone }).dii?.value).to.equal(normalizePhone(phone));
    }));
  });
});
