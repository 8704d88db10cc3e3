// Installs the packages of package-lock.json when they are missing or others are there. Runs before anything is installed.
'use strict';
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');

const ROOT = path.join(__dirname, '..');
const OLDEST_NODE = 20;

function readJson(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(ROOT, name), 'utf8'));
  } catch (error) {
    return undefined;
  }
}

// What is wrong with node_modules, in words; undefined when nothing is.
function lacking() {
  if (!fs.existsSync(path.join(ROOT, 'node_modules'))) return 'they are not here yet';
  const wanted = readJson('package-lock.json');
  // written by npm at the end of an installation: without it, one was broken off
  const installed = readJson('node_modules/.package-lock.json');
  if (!installed) return 'the last installation was not finished';
  if (!wanted) return undefined;
  const name = Object.keys(wanted.packages).find((name) => {
    const want = wanted.packages[name];
    const have = installed.packages[name];
    // packages for other machines are left out by npm
    if (name === '' || (!have && (want.optional || want.devOptional))) return false;
    return !have || have.version !== want.version || have.integrity !== want.integrity || !fs.existsSync(path.join(ROOT, name));
  });
  return name && name.replace(/^.*node_modules\//, '') + ' is missing or another version';
}

function npm(args) {
  // npm names itself to the scripts it runs
  const own = process.env.npm_execpath;
  const options = { cwd: ROOT, stdio: 'inherit' };
  return own && /\.c?js$/.test(own)
    ? childProcess.spawnSync(process.execPath, [own].concat(args), options)
    : childProcess.spawnSync('npm', args, Object.assign({ shell: process.platform === 'win32' }, options));
}

function main() {
  if (parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error('Node ' + OLDEST_NODE + ' or newer is needed; this is ' + process.version + '.');
    return 1;
  }
  const reason = lacking();
  if (!reason) return 0;
  const command = fs.existsSync(path.join(ROOT, 'package-lock.json')) ? 'ci' : 'install';
  console.log('Installing the packages this project needs (' + reason + '): npm ' + command + ', a minute or two …');
  const started = Date.now();
  // also under npm test --silent, a failure must say what failed
  const result = npm([command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn']);
  if (result.status !== 0) {
    console.error('npm ' + command + ' failed' + (result.error ? ': ' + result.error.message : '; what it said is above') + '.');
    return result.status || 1;
  }
  console.log('Installed in ' + Math.round((Date.now() - started) / 1000) + ' s.\n');
  return 0;
}

process.exitCode = main();
