
// The next identity, or { status: 'optout', … }. If UID2 refuses or fails, the same for five more minutes: it may still be valid.
async function refreshToken(identity) {
  try {
    const text = await ask('/v2/token/refresh', identity.refresh_token);
    return answerIn(decrypt(text, Buffer.from(identity.refresh_response_key, 'base64')));
  } catch (error) {
    console.error(`No newer UID2 for a reader: ${error.message}`);
    return { ...identity, refresh_from: Date.now() + 5 * 60_000 };
  }
}
