
// The next identity, or null after an opt-out.
async function refreshToken({ refresh_token: token, refresh_response_key: key }) {
  const answer = decrypt(await ask('/v2/token/refresh', token), Buffer.from(key, 'base64'));
  const { status, body } = JSON.parse(answer);
  return status === 'optout' ? null : body;
}
