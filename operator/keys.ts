// Every key of an operator, derived from one seed, so that a restart knows all tokens it ever issued.
import { createECDH, webcrypto } from 'node:crypto';
import { toBase64, toBase64Url } from './bytes.js';

const { subtle } = webcrypto;
const SALT = Buffer.from('uid2 local operator');
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
// The fixed DER header of a P-256 public key in SPKI form; the 65 bytes of the point follow.
const P256_SPKI_HEADER = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

export interface Keys {
  apiKey: string;
  clientSecret: Uint8Array;
  advertising: Uint8Array;
  refresh: Uint8Array;
  subscriptionId: string;
  serverPublicKey: string;
  serverPrivateKey: webcrypto.CryptoKey;
}

async function deriver(seed: string) {
  const source = await subtle.importKey('raw', Buffer.from(seed), 'HKDF', false, ['deriveBits']);
  return async (purpose: string, size = 32): Promise<Buffer> => Buffer.from(await subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: SALT, info: Buffer.from(purpose) }, source, size * 8
  ));
}

// 16 bytes more than the order's 32 make the bias of the remainder negligible (FIPS 186-5, A.2.1).
function scalarOf(wide: Buffer): Buffer {
  const scalar = BigInt(`0x${wide.toString('hex')}`) % (P256_ORDER - 1n) + 1n;
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
}

async function serverKeyPair(wide: Buffer) {
  const scalar = scalarOf(wide);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: toBase64Url(scalar),
    x: toBase64Url(point.subarray(1, 33)),
    y: toBase64Url(point.subarray(33))
  };
  return {
    privateKey: await subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']),
    publicKey: `UID2-X-L-${toBase64(Buffer.concat([P256_SPKI_HEADER, point]))}`
  };
}

/** All keys of the operator that `seed` stands for: the same seed, the same keys. */
export async function keysFrom(seed: string): Promise<Keys> {
  const derive = await deriver(seed);
  const pair = await serverKeyPair(await derive('client-generate', 48));
  return {
    apiKey: `UID2-C-L-1-${toBase64(await derive('api key'))}`,
    clientSecret: await derive('client secret'),
    advertising: await derive('advertising token'),
    refresh: await derive('refresh token'),
    subscriptionId: toBase64Url(await derive('subscription', 9)).replace(/[-_]/g, 'x'),
    serverPublicKey: pair.publicKey,
    serverPrivateKey: pair.privateKey
  };
}
