import { expect } from 'chai';
import { startOperator } from '../../operator/index.js';
import { getV1, identityOf, open, operatorForEach, refresh, withKey } from './support.js';

const ERROR = { status: 'error', message: 'Error refreshing token' };

describe('operator: POST /v2/token/refresh', () => {
  let time = Date.now();
  const operator = operatorForEach({ now: () => time });
  const said = async (response: Promise<Response>) => [(await response).status, await (await response).json()];
  beforeEach(() => { time = Date.now(); });

  it('answers encrypted under the refresh_response_key', async () => {
    const identity = await identityOf(operator());
    const response = await refresh(operator(), identity.refresh_token);
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^text\/plain/);
    expect(open(identity.refresh_response_key, await response.text()).status).to.equal('success');
  });
  it('gives new values for all six fields', async () => {
    const identity = await identityOf(operator());
    time += 1000;
    const next = open(identity.refresh_response_key, await (await refresh(operator(), identity.refresh_token)).text()).body;
    expect(next).to.have.all.keys(Object.keys(identity));
    for (const field of Object.keys(identity)) expect(next[field], field).to.not.equal(identity[field]);
  });
  it('goes on over any number of refreshes', async () => {
    let identity = await identityOf(operator());
    for (let i = 0; i < 5; i++) {
      identity = open(identity.refresh_response_key, await (await refresh(operator(), identity.refresh_token)).text()).body;
    }
    expect(identity.advertising_token).to.be.a('string');
  });
  it('takes a refresh token any number of times until it expires', async () => {
    const { refresh_token: token, refresh_expires: expires } = await identityOf(operator());
    for (const at of [time, time + 1, expires - 1]) {
      time = at;
      expect((await refresh(operator(), token)).status).to.equal(200);
    }
    time = expires;
    expect(await said(refresh(operator(), token))).to.deep.equal([400, ERROR]);
  });
  for (const token of ['not a token', 'AAAA', '-', '💥', 'A'.repeat(3000)]) {
    it(`refuses ${token.slice(0, 12)}… as a refresh token`, async () => {
      expect(await said(refresh(operator(), token))).to.deep.equal([400, ERROR]);
    });
  }
  it('refuses an advertising token', async () => {
    expect(await said(refresh(operator(), (await identityOf(operator())).advertising_token))).to.deep.equal([400, ERROR]);
  });
  it('tells a caller with an API key what is wrong with a token', async () => {
    const { refresh_token: token, refresh_expires: expires } = await identityOf(operator());
    expect(await said(refresh(operator(), 'AAAA', withKey(operator())))).to.deep.equal([400, { status: 'invalid_token', message: 'Invalid Token presented' }]);
    time = expires;
    expect(await said(refresh(operator(), token, withKey(operator())))).to.deep.equal([400, { status: 'expired_token', message: 'Expired Token presented' }]);
  });
  for (const input of [{ email: 'refresh-optout@example.com' }, { phone: '+00000000002' }]) {
    it(`answers optout to a token of ${Object.values(input)[0]}`, async () => {
      const identity = await identityOf(operator(), input);
      const response = await refresh(operator(), identity.refresh_token);
      expect(open(identity.refresh_response_key, await response.text())).to.deep.equal({ status: 'optout' });
    });
  }
});

describe('operator: GET /v1/token/refresh', () => {
  let time = Date.now();
  const operator = operatorForEach({ now: () => time });
  const v1Identity = async (email: string) => (await (await getV1(operator(), '/v1/token/generate', { email })).json()).body;
  const refreshV1 = (token: string, keyed = false) => getV1(operator(), '/v1/token/refresh', { refresh_token: token }, keyed);

  it('answers in plain JSON, with five new values', async () => {
    const identity = await v1Identity('a@b.c');
    time += 1000;
    const { status, body } = await (await refreshV1(identity.refresh_token)).json();
    expect(status).to.equal('success');
    expect(body).to.have.all.keys(Object.keys(identity));
    for (const field of Object.keys(identity)) expect(body[field], field).to.not.equal(identity[field]);
  });
  it('answers in plain JSON to a token of API v2 too', async () => {
    const { refresh_token: token } = await identityOf(operator());
    const { status, body } = await (await refreshV1(token)).json();
    expect(status).to.equal('success');
    expect(body).to.not.have.property('refresh_response_key');
  });
  it('answers optout to a token of somebody who opted out', async () => {
    const { refresh_token: token } = await v1Identity('refresh-optout@example.com');
    expect(await (await refreshV1(token)).json()).to.deep.equal({ status: 'optout' });
  });
  it('refuses a bad token as API v2 does', async () => {
    const plain = await refreshV1('AAAA');
    expect([plain.status, await plain.json()]).to.deep.equal([400, ERROR]);
    expect((await (await refreshV1('AAAA', true)).json()).status).to.equal('invalid_token');
    expect((await (await refreshV1('')).json()).status).to.equal('client_error');
  });
});

describe('operator: restart', () => {
  it('knows the tokens of an operator with the same seed', async () => {
    const before = await startOperator({ seed: 'one' });
    const identity = await identityOf(before, { email: 'refresh-optout@example.com' });
    await before.close();
    const after = await startOperator({ seed: 'one' });
    try {
      const response = await refresh(after, identity.refresh_token);
      expect(open(identity.refresh_response_key, await response.text())).to.deep.equal({ status: 'optout' });
      expect([after.apiKey, after.apiSecret, after.cstg]).to.deep.equal([before.apiKey, before.apiSecret, before.cstg]);
    } finally {
      await after.close();
    }
  });
  it('knows none of an operator with another seed', async () => {
    const [one, other] = [await startOperator({ seed: 'one' }), await startOperator({ seed: 'other' })];
    try {
      expect((await refresh(other, (await identityOf(one)).refresh_token)).status).to.equal(400);
      expect(one.apiSecret).to.not.equal(other.apiSecret);
      expect(one.cstg.serverPublicKey).to.not.equal(other.cstg.serverPublicKey);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });
});
