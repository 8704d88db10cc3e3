// Browser tests. ENGINE=chromium (default), firefox or webkit. SUITE=own (default) runs test/spec, SUITE=prebid runs Prebid's own suite for this module.
// PREBID=9.46.0 takes another version of Prebid, UID2=prebid puts Prebid's module under test, DISABLE=UID2_CSTG leaves a feature out, COVERAGE=1 counts lines.
'use strict';
require('tsx/cjs');

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const configuration = require('./webpack.config.js');
const { prebidAt } = require('./scripts/build/download.ts');
const { openDisplay } = require('./scripts/browsers/display.ts');
const { programsOf } = require('./scripts/browsers/engines.ts');
const { showIn } = require('./test/harness/chromium.ts');
const { plainReporter } = require('./test/harness/reporter.ts');

const SUITE = process.env.SUITE || 'own';
const PREBID = process.env.PREBID && prebidAt(process.env.PREBID);
const ORIGINAL = process.env.UID2 === 'prebid';
const DISABLED = (process.env.DISABLE || '').split(',').filter(Boolean);
const ENGINE = process.env.ENGINE || 'chromium';
const COVERAGE = process.env.COVERAGE === '1';
const BUNDLES = path.join(__dirname, 'build/karma');
const ENTRIES = { own: 'test/harness/own.ts', prebid: 'test/harness/prebid.ts' };

function webpackFor(suite) {
  const config = configuration({
    layout: { prebid: PREBID, uid2: ORIGINAL ? 'prebid' : 'ours' },
    disable: DISABLED,
    dev: true,
    commonjs: true,
    coverage: COVERAGE,
    // a real operator routes by path; Prebid's mock would miss a URL with a query
    replacements: suite === 'prebid' ? { 'test/mocks/xhr': path.join(__dirname, 'test/harness/xhr.ts') } : {}
  });
  const output = path.join(BUNDLES, `${suite}-${process.pid}`);
  fs.mkdirSync(output, { recursive: true });
  delete config.optimization;
  return {
    ...config,
    devtool: 'inline-source-map',
    stats: 'errors-only',
    output: { ...config.output, path: output },
    plugins: [...config.plugins, oneFile, stopOnErrors]
  };
}

// karma-webpack accepts no `optimization`, and with its own stack traces point into commons.js
const oneFile = {
  apply(compiler) {
    Object.assign(compiler.options.optimization, { runtimeChunk: false, splitChunks: false });
  }
};

// karma-webpack would run what is left of a bundle that does not compile
const stopOnErrors = {
  apply(compiler) {
    compiler.hooks.done.tap('stop', (stats) => {
      if (!stats.hasErrors()) return;
      console.error(stats.toString({ all: false, errors: true, colors: true }));
      process.exit(1);
    });
  }
};

// a local operator for specs that talk to a real one; null until operator/ is there
async function operatorFor(suite) {
  const file = path.join(__dirname, 'operator/index.ts');
  if (suite !== 'own' || !fs.existsSync(file)) return null;
  return require(file).startOperator({ domains: ['localhost', '127.0.0.1'] });
}

// Chromium as the other tests have it; karma's own launcher leaves behind what is started by a script, as on Debian
function Chromium(baseLauncherDecorator) {
  baseLauncherDecorator(this);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'karma-'));
  let end;
  this.name = 'Chromium';
  this.on('start', (url) => {
    end = showIn(folder, url, () => this._done('Chromium has ended'));
    end.catch((error) => this._done(error.message));
  });
  this.on('kill', async (done) => {
    // where it did not start there is nothing to end
    await (await end?.catch(() => undefined))?.();
    fs.rmSync(folder, { recursive: true, force: true });
    done();
  });
}
Chromium.$inject = ['baseLauncherDecorator'];

// WebKitGTK, on the screen that it is given by the environment
function WebKit(baseBrowserDecorator) {
  baseBrowserDecorator(this);
  Object.assign(this, { name: 'WebKit', ENV_CMD: 'WEBKIT_BIN', DEFAULT_CMD: {}, _getOptions: (url) => ['--private', url] });
}
WebKit.$inject = ['baseBrowserDecorator'];

const BROWSERS = { chromium: 'Chromium', firefox: 'FirefoxHeadless', webkit: 'WebKit' };

/** Names the engine's programs to karma, and gives it a screen if it needs one. */
async function screenFor(engine) {
  Object.assign(process.env, programsOf(engine));
  if (engine !== 'webkit') return null;
  const display = await openDisplay();
  Object.assign(process.env, display.env);
  return display;
}

module.exports = async function (config) {
  if (!BROWSERS[ENGINE]) throw new Error(`ENGINE must be one of ${Object.keys(BROWSERS).join(', ')}, not ${ENGINE}`);
  if (!ENTRIES[SUITE]) throw new Error(`SUITE must be one of ${Object.keys(ENTRIES).join(', ')}, not ${SUITE}`);
  const operator = await operatorFor(SUITE);
  const screen = await screenFor(ENGINE);
  const name = [SUITE, ...(ORIGINAL ? ['original'] : []), ...(ENGINE === 'chromium' ? [] : [ENGINE])].join('-');
  const summary = path.join(__dirname, 'build/test', `${name}.json`);
  const onExit = async () => {
    await operator?.close();
    await screen?.close();
  };
  const webpack = webpackFor(SUITE);
  process.on('exit', () => fs.rmSync(webpack.output.path, { recursive: true, force: true }));
  config.set({
    basePath: __dirname,
    frameworks: ['mocha', 'webpack'],
    files: [{ pattern: ENTRIES[SUITE], watched: false }],
    preprocessors: { [ENTRIES[SUITE]]: ['webpack', 'sourcemap'] },
    webpack,
    plugins: [
      'karma-mocha', 'karma-webpack', 'karma-sourcemap-loader', 'karma-firefox-launcher', 'karma-coverage',
      { 'launcher:Chromium': ['type', Chromium] },
      { 'launcher:WebKit': ['type', WebKit] },
      { 'reporter:plain': ['type', plainReporter({ summary, suite: name, onExit })] }
    ],
    reporters: ['plain', ...(COVERAGE ? ['coverage'] : [])],
    coverageReporter: {
      dir: 'build/coverage',
      reporters: [{ type: 'lcov', subdir: SUITE }, { type: 'json', subdir: SUITE, file: 'coverage.json' }, { type: 'text-summary' }]
    },
    browsers: [BROWSERS[ENGINE]],
    hostname: '127.0.0.1',
    listenAddress: '127.0.0.1',
    client: {
      clearContext: false,
      captureConsole: process.env.CONSOLE === '1',
      mocha: { timeout: 5000, grep: process.env.GREP },
      // nothing is pending for the module that the suite was written for
      pending: ORIGINAL ? '' : SUITE,
      engine: ENGINE,
      uid2Operator: operator && { url: operator.url, cstg: operator.cstg }
    },
    singleRun: true,
    autoWatch: false,
    logLevel: config.LOG_WARN,
    captureTimeout: 180_000,
    browserNoActivityTimeout: 120_000
  });
};
