// What the runner of Prebid 9 gives its tests, and those of later versions make themselves.
import chai from 'chai';
import { fakeServer, fakeServerWithClock, fakeXhr } from 'nise';
import sinon from 'sinon';

Object.assign(window, {
  chai,
  expect: chai.expect,
  assert: chai.assert,
  sinon: Object.assign(Object.create(sinon), {
    sandbox: { create: () => sinon.createSandbox() },
    fakeServer,
    fakeServerWithClock,
    useFakeXMLHttpRequest: () => fakeXhr.useFakeXMLHttpRequest(),
    createFakeServer: () => fakeServer.create()
  })
});

// modules ask for it, and here they may come before Prebid's core
const page = window as { pbjs?: { installedModules?: string[] } };
page.pbjs ??= {};
page.pbjs.installedModules ??= [];
