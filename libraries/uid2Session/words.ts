import type { Failure } from './types.js';

const words = (): { [kind in Failure['kind']]?: string } => ({
  timeout: 'network',
  insecure: 'insecure page',
  ...(FEATURES.UID2_CSTG && {
    domain: 'domain not on the account\'s list: http',
    key: 'invalid serverPublicKey',
  }),
});

/** A failure in the words of `status()`. */
export const wordsOf = ({ kind, status }: Failure) => [words()[kind] ?? kind, status].join(' ').trim();
