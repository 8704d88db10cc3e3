// npm start: the address is there at once, and the page says that Prebid is being built.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'chai';

describe('npm start', () => {
  it('serves before Prebid is built, and ends when told', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', path.resolve(__dirname, '../../scripts/start.ts'), '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    try {
      let said = '';
      // read to the end: a program whose output nobody takes does not go on
      child.stdout.on('data', (chunk) => { said += chunk; });
      while (!/Open .*http/.test(said)) await once(child.stdout, 'data');
      expect(said).not.to.include('built in');
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said)!;
      const response = await fetch(url);
      expect([response.status, await response.text()].join(' ')).to.match(/^503 .*Prebid is being built/s);
      expect(await (await fetch(`${url}/lab/build`)).json()).to.deep.equal({ over: false, failure: null });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exit).to.deep.equal([0, null]);
  });
});
