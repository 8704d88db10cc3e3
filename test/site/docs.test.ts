// The documentation as pages of the site: an anchor for each reason, and no link that leads nowhere.
import { expect } from 'chai';
import { advice, docsPage } from '../../integrationExamples/uid2/docs.ts';
import { anchorOf, listed } from '../../integrationExamples/uid2/panel/words.ts';
import { REASONS } from '../reasons.ts';

const NAMES = ['uid2IdSystem', 'uid2Sdk'];
const anchorsIn = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);

describe('the documentation on the site', () => {
  it('has the anchor of each reason, once', async () => {
    const anchors = anchorsIn((await docsPage('uid2IdSystem'))!);
    for (const reason of REASONS) expect(anchors.filter((id) => id === anchorOf(reason)), reason).to.have.length(1);
  });

  it('has the anchor of a reason as status() gives it', () => {
    expect(anchorOf('http 503')).to.equal('reason-http-status');
    expect(anchorOf('unknown param uid2cookie: did you mean uid2Cookie')).to.equal(anchorOf('unknown param <x>: did you mean <y>'));
  });

  it('gives each reason a meaning, and all but ok a cure', async () => {
    const said = await advice();
    expect(Object.keys(said)).to.have.members([...REASONS]);
    for (const reason of REASONS) {
      expect(said[listed(reason)].means, reason).to.not.equal('');
      if (reason !== 'ok') expect(said[listed(reason)].cure, reason).to.not.equal('');
    }
  });

  it('has no link inside it that leads nowhere', async () => {
    const pages = new Map(await Promise.all(NAMES.map(async (name) => [name, (await docsPage(name))!] as const)));
    const links = [...pages.values()].join('').matchAll(/href="\/docs\/(\w+)(?:#([^"]+))?"/g);
    for (const [link, name, anchor] of links) {
      expect(pages.has(name), link).to.equal(true);
      if (anchor) expect(anchorsIn(pages.get(name)!), link).to.include(anchor);
    }
  });

  it('has no other pages', async () => {
    expect(await docsPage('../README')).to.equal(undefined);
  });
});
