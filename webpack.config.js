// The one place where the webpack configuration is made, for bundles (scripts/build) and browser tests (karma).
'use strict';
require('tsx/cjs');

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const webpack = require('webpack');
const TerserPlugin = require('terser-webpack-plugin');
const { ancestorOf, layoutOf, placeOf, projectRoot } = require('./scripts/build/layout.ts');
const { overlayResolver } = require('./scripts/build/overlay.ts');
const { transform } = require('./scripts/build/babel.ts');
const { featureMap } = require('./scripts/build/features.ts');
const { minifyOnce } = require('./scripts/build/minify.ts');

const CACHE = path.join(projectRoot, 'build/cache');

// a cache made by other build code, another Prebid or another Babel must not be read
function toolchain(layout) {
  const hash = crypto.createHash('sha256');
  const own = path.join(projectRoot, 'scripts/build');
  for (const file of [__filename, ...fs.readdirSync(own).sort().map((name) => path.join(own, name))]) {
    hash.update(fs.readFileSync(file));
  }
  for (const name of ['@babel/core', '@babel/preset-env', '@babel/preset-typescript', 'webpack']) {
    hash.update(require(`${name}/package.json`).version);
  }
  return hash.update(fs.readFileSync(path.join(layout.prebid, 'package.json'))).digest('hex').slice(0, 16);
}

// Prebid's files are not counted, so they are the same with coverage and without
function sourceRules({ coverage, ...settings }, tools) {
  const { layout, features, globalName, commonjs } = settings;
  const named = (test) => (file) => {
    const place = placeOf(layout, file);
    return place !== undefined && test(place.name, place.owner);
  };
  const babel = (test, counted) => ({
    test: named((name, owner) => /\.(js|ts)$/.test(name) && test(name, owner)),
    resolve: { fullySpecified: false },
    loader: require.resolve('babel-loader'),
    options: {
      ...transform({ ...settings, coverage: counted }),
      // also for builds without: they find what others have kept
      sourceMaps: true,
      cacheDirectory: path.join(CACHE, 'babel'),
      cacheCompression: false,
      cacheIdentifier: JSON.stringify([tools, features, globalName, commonjs, counted])
    }
  });
  return [
    babel((name, owner) => owner === 'ours', coverage),
    babel((name, owner) => owner === 'prebid' && !/^(metadata|creative-renderers)\//.test(name)),
    { test: named((name) => /^metadata\/modules\/[^/]+\.json$/.test(name)), type: 'javascript/auto', loader: require.resolve('./scripts/build/metadataLoader.ts') },
    // Prebid's package.json says so only for its precompiled tree; libraries are dropped there unless used
    { test: named((name) => /^(src|libraries|creative)\//.test(name) && !/^src\/prebid(\.public)?\./.test(name)), sideEffects: false },
    { test: named((name) => /^(modules|metadata|test)\/|^src\/prebid(\.public)?\./.test(name)), sideEffects: true }
  ];
}

/**
 * The webpack configuration both share: sources of this project and of Prebid as one tree.
 * Options: layout {overlay, prebid, uid2}, globalName, disable and enable (feature names), dev, commonjs, coverage,
 * replacements, purpose (builds that alternate keep a cache of their own each), isOnce (webpack keeps none). Builds of two commands at once need a
 * BUILD_CACHE, a folder's name, each.
 */
module.exports = function configuration(options = {}) {
  const layout = layoutOf(options.layout);
  const features = featureMap(layout, options.disable, options.enable);
  const { globalName, commonjs, coverage } = options;
  const settings = { layout, features, globalName, commonjs, coverage };
  const tools = toolchain(layout);
  const variant = crypto.createHash('sha256').update(JSON.stringify([settings, options.dev, options.replacements, options.purpose])).digest('hex').slice(0, 12);
  return {
    mode: options.dev ? 'development' : 'production',
    target: 'web',
    // names of files outside the context come out wrong in source maps
    context: ancestorOf([projectRoot, layout.overlay, layout.prebid]),
    devtool: 'source-map',
    // of a build that comes once, such as a test's, it would only fill the disk
    cache: !options.isOnce && layout.overlay === projectRoot &&
      { type: 'filesystem', cacheDirectory: path.join(CACHE, process.env.BUILD_CACHE ?? 'webpack'), name: variant, version: tools, idleTimeoutForInitialStore: 0 },
    experiments: { typescript: false },
    infrastructureLogging: { level: 'error' },
    performance: false,
    stats: 'errors-warnings',
    resolve: {
      extensions: ['.ts', '.js', '.json'],
      modules: ['node_modules', path.join(projectRoot, 'node_modules')],
      plugins: [overlayResolver(layout, options.replacements)]
    },
    module: { rules: sourceRules(settings, tools) },
    output: {
      devtoolModuleFilenameTemplate: ({ absoluteResourcePath, resource }) => {
        const place = placeOf(layout, absoluteResourcePath);
        if (!place) return resource.replace(/^.*node_modules\//, 'node_modules/').replace(/^webpack\//, 'webpack/');
        return place.owner === 'prebid' ? `prebid.js/${place.name}` : place.name;
      }
    },
    optimization: {
      minimize: !options.dev,
      minimizer: [new TerserPlugin({ minify: minifyOnce, extractComments: false, terserOptions: { module: true } })]
    },
    plugins: [new webpack.EnvironmentPlugin({ LiveConnectMode: null })]
  };
};
