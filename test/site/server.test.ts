// The site's server itself, and its SSP.
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Request, Response } from 'express';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { openSessions } from '../../integrationExamples/uid2/sessions.ts';
import { MODES, siteServer, USER } from './support.ts';

describe('the example site', () => {
  const world = siteServer();
  describe('the local SSP', () => {
    const imp = (placement: string) => ({ id: '1', banner: {}, tagid: placement, ext: { prebid: { bidder: { localssp: { placement } } } } });
    const bid = (where: string, body: string) => fetch(world.url + where, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });

    it('answers Prebid Server and theAdx requests with a banner, and files what it got', async () => {
      for (const where of ['/openrtb2/auction', '/ssp/theadx?tagid=here']) {
        const body = { id: 'a', imp: [imp('here')] };
        const answer = await (await bid(where, JSON.stringify(body))).json();
        expect(answer.seatbid[0].bid[0]).to.include({ impid: '1', w: 300, h: 250 });
        const [newest] = await (await fetch(`${world.url}/ssp/requests/here`)).json();
        expect(newest.body).to.deep.equal(body);
      }
      expect(await (await fetch(`${world.url}/ssp/requests/elsewhere`)).json()).to.deep.equal([]);
    });

    for (const body of ['', '{', 'null', '{}', '{"imp":[]}', '{"imp":"x"}', '{"imp":[null]}']) {
      it(`refuses ${body || 'an empty body'}`, async () => {
        expect((await bid('/openrtb2/auction', body)).status).to.equal(400);
      });
    }
  });

  describe('the server', () => {
    it('serves a Prebid bundle that is built after it has started', async () => {
      expect(await (await fetch(`${world.url}/prebid.js`)).json()).to.deep.equal({ message: 'Prebid.js is not built yet: reload in a moment.' });
      await writeFile(path.join(world.folder, 'prebid.js'), 'window.pbjs = {};');
      expect(await (await fetch(`${world.url}/prebid.js`)).text()).to.equal('window.pbjs = {};');
    });

    it('lets browsers keep what its pages load, each version at an address of its own', async () => {
      const loaded = async (page: string) => {
        const text = await (await fetch(world.url + page)).text();
        return [...text.matchAll(/(?:src|href)="(\/\w+\.(?:js|css)[^"]*)"/g)].map(([, address]) => address);
      };
      const keeps = async (address: string) => (await fetch(world.url + address)).headers.get('cache-control');
      const file = path.join(world.folder, 'prebid.js');
      const prebids = [];
      for (const script of ['window.pbjs = {};', 'window.pbjs = { que: [] };']) {
        await writeFile(file, script);
        for (const page of ['/?mode=cookie', '/tab.html']) {
          const addresses = await loaded(page);
          for (const address of addresses) expect(await keeps(address), address).to.equal('max-age=31536000, immutable');
          expect(await keeps(page), page).to.equal('no-store');
          prebids.push(addresses.find((address) => address.startsWith('/prebid.js')));
        }
      }
      expect([prebids[0], prebids[2]]).to.deep.equal([prebids[1], prebids[3]]);
      expect(prebids[0]).not.to.equal(prebids[2]);
      // what is asked for without its version, by an old one, or is not there
      for (const address of ['/prebid.js', prebids[0]!, '/panel.js', '/none.js?1']) expect(await keeps(address), address).to.equal('no-store');
      await rm(file);
      expect(await keeps(prebids[2]!)).to.equal('no-store');
      expect(await loaded('/tab.html')).to.include('/prebid.js');
    });

    it('makes one script of the panel', async () => {
      const response = await fetch(`${world.url}/panel.js`);
      expect(response.headers.get('content-type')).to.include('javascript');
      expect(await response.text()).to.include('byte for byte').and.not.to.match(/^import /m);
    });

    it('makes one script of the clock', async () => {
      const text = await (await fetch(`${world.url}/clock.js`)).text();
      expect(text).to.include('BroadcastChannel').and.not.to.match(/^(import|export) /m);
    });

    it('makes one script of the conditions', async () => {
      const text = await (await fetch(`${world.url}/conditions.js`)).text();
      expect(text).to.include('gdprApplies').and.not.to.match(/^(import|export) /m);
    });

    it('leads from the old addresses to the start page', async () => {
      for (const [old, mode] of [...MODES.map((mode) => [mode, mode]), ['try', 'cookie']]) {
        const response = await fetch(`${world.url}/${old}.html`, { redirect: 'manual' });
        expect(response.headers.get('location')).to.match(new RegExp(`^/\\?mode=${mode}(#try)?$`));
      }
    });

    it('counts the requests of each SSP and placement', async () => {
      const body = (tagid: string) => JSON.stringify({ id: 'a', imp: [{ id: '1', tagid }] });
      for (const tagid of ['one', 'two', 'one']) await fetch(`${world.url}/ssp/theadx`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: body(tagid) });
      const nths = async (place: string) => (await (await fetch(`${world.url}/ssp/requests/${place}`)).json()).map(({ nth }: { nth: number }) => nth);
      expect([await nths('one'), await nths('two')]).to.deep.equal([[2, 1], [1]]);
    });

    it('takes JSON of 100 kB and text of 1 MB, no more', async () => {
      const statusOf = async (where: string, type: string, length: number) =>
        (await fetch(world.url + where, { method: 'POST', headers: { 'content-type': type }, body: '{}'.padEnd(length) })).status;
      for (const [where, type, most] of [['/login', 'application/json', 100 * 1024], ['/ssp/theadx', 'text/plain', 1024 * 1024]] as const) {
        expect([await statusOf(where, type, most), await statusOf(where, type, most + 1)], where).to.deep.equal([400, 413]);
      }
    });

    it('keeps the last 100 requests to the SSPs', async () => {
      const sell = (tagid: string) => fetch(`${world.url}/ssp/theadx`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ imp: [{ tagid }] }) });
      const kept = async () => (await (await fetch(`${world.url}/ssp/requests/first`)).json()).length;
      await sell('first');
      for (let i = 0; i < 99; i++) await sell('other');
      expect(await kept()).to.equal(1);
      await sell('other');
      expect(await kept()).to.equal(0);
    });

    it('keeps the last 1000 sessions', () => {
      const sessions = openSessions();
      const ids: string[] = [];
      const response = { cookie: (_name: string, id: string) => ids.push(id) } as unknown as Response;
      const request = (id = '') => ({ secure: false, headers: { cookie: `site_session=${id}` } }) as Request;
      const start = () => sessions.start(request(), response, { mode: 'deferred', dii: { email: USER }, optedOut: false, refreshedAt: 0 });
      for (let i = 0; i < 1000; i++) start();
      expect(sessions.of(request(ids[0]))).to.include({ mode: 'deferred' });
      start();
      expect(sessions.of(request(ids[0]))).to.equal(undefined);
      expect(sessions.of(request(ids[1]))).to.include({ mode: 'deferred' });
    });

    it('says when its port is taken', async () => {
      const error = await startSite({ operator: world.operator, prebid: '', port: world.port }).catch(problem => problem);
      expect(error.code).to.equal('EADDRINUSE');
    });
  });
});
