// The Babel transform of a Prebid build: TypeScript away, flags and build constants in, modules registered.
import path from 'node:path';
import type { NodePath, PluginObj, PluginPass, TransformOptions } from '@babel/core';
import { types as t } from '@babel/core';
import { type Layout, metadataFile, moduleNameOf, placeOf, readJson } from './layout.ts';

export interface TransformSettings {
  layout: Layout;
  features: Record<string, boolean>;
  /** The name of the page's global; default: Prebid's. */
  globalName?: string;
  /** For the browser tests: exports can be stubbed, as Prebid's own tests do. */
  commonjs?: boolean;
  /** Counts the lines that run, in modules/ and libraries/ of ours. */
  coverage?: boolean;
}

interface Manifest { version: string; globalVarName?: string; repository: { url: string }; browserslist: string[] }
interface Metadata { components?: { componentType: string; componentName: string }[]; purposes?: Record<string, unknown> }

const manifestOf = (layout: Layout) => readJson<Manifest>(path.join(layout.prebid, 'package.json'))!;

// the parts of Prebid's ajax that ask which module is calling, to decide about credentials
const AJAX = { file: 'src/ajax', names: ['ajax', 'ajaxBuilder', 'fetch', 'fetcherFactory'] };

function constantsOf(manifest: Manifest, globalName: string): Record<string, string> {
  return {
    '$prebid.version$': manifest.version,
    '$$REPO_AND_VERSION$$': `${manifest.repository.url.split('/')[3]}_prebid_${manifest.version}`,
    '$$LIVE_INTENT_MODULE_MODE$$': 'standard',
    // Prebid 9 and 10 name these in the sources, later ones ask the build options
    '$$PREBID_GLOBAL$$': globalName,
    '$$DEFINE_PREBID_GLOBAL$$': 'true',
    '$$PREBID_DIST_URL_BASE$$': distUrl(manifest)
  };
}

const distUrl = (manifest: Manifest) => `https://cdn.jsdelivr.net/npm/prebid.js@${manifest.version}/dist/chunks/`;

function plugin({ layout, features, ...settings }: TransformSettings): PluginObj<PluginPass> {
  const manifest = manifestOf(layout);
  const globalName = settings.globalName ?? manifest.globalVarName ?? 'pbjs';
  const constants = Object.entries(constantsOf(manifest, globalName));
  const replaced = (text: string) => constants.reduce((result, [name, value]) => result.split(name).join(value), text);
  const skipped = new Set([
    ...(features.LOG_NON_ERROR === false ? ['logMessage', 'logInfo', 'logWarn', 'logResult'] : []),
    ...(features.LOG_ERROR === false ? ['logError'] : [])
  ]);

  const metadataOf = (module: string | undefined) => {
    const file = module && metadataFile(layout, module);
    return file ? readJson<Metadata>(file) : undefined;
  };

  // by name, not by path: the same import line is right for files of either tree
  const specifier = (from: string, to: string) => {
    const relative = path.posix.relative(path.posix.dirname(from), to);
    return relative.startsWith('.') ? relative : `./${relative}`;
  };
  const importOf = (from: string, to: string, imported: string, local: t.Identifier) => t.importDeclaration(
    [t.importSpecifier(local, t.identifier(imported))], t.stringLiteral(specifier(from, to)));

  function bindCallers(program: NodePath<t.Program>, name: string, metadata: Metadata | undefined) {
    const callers = (metadata?.components ?? []).map((c) => [c.componentType, c.componentName]);
    for (const statement of program.get('body')) {
      if (!statement.isImportDeclaration() || statement.node.importKind === 'type') continue;
      const target = path.posix.join(path.posix.dirname(name), statement.node.source.value).replace(/\.(js|ts)$/, '');
      if (target !== AJAX.file) continue;
      for (const node of statement.node.specifiers) {
        if (!t.isImportSpecifier(node) || !t.isIdentifier(node.imported) || !AJAX.names.includes(node.imported.name)) continue;
        const plain = program.scope.generateUidIdentifier(node.local.name);
        statement.insertAfter(t.variableDeclaration('const', [t.variableDeclarator(
          t.identifier(node.local.name),
          t.callExpression(t.memberExpression(plain, t.identifier('withCallers')), [t.valueToNode(callers)])
        )]));
        node.local = t.cloneNode(plain);
      }
    }
  }

  return {
    name: 'prebid-build',
    visitor: {
      Program(program, state) {
        const place = placeOf(layout, state.filename ?? '');
        const name = place?.name;
        if (!name || !/^(src|modules|libraries|creative)\//.test(name)) return;
        const module = moduleNameOf(name);
        const metadata = metadataOf(module);
        const asksForCallers = manifest.version.split('.').map(Number)[0] >= 11;
        const body = program.node.body;
        for (const statement of program.get('body')) {
          if (!statement.isImportDeclaration()) continue;
          const source = statement.node.source.value;
          if (source.endsWith('.d.ts')) statement.remove();
          else if (source.endsWith('/buildOptions.mjs')) {
            statement.replaceWith(t.variableDeclaration('const', [t.variableDeclarator(
              t.identifier(statement.node.specifiers[0].local.name),
              t.valueToNode({ pbGlobal: globalName, defineGlobal: true, features, distUrlBase: distUrl(manifest) })
            )]));
          }
        }
        if (asksForCallers) bindCallers(program, name, metadata);
        if (module !== undefined) {
          const register = program.scope.generateUidIdentifier('register');
          body.unshift(importOf(name, 'src/prebidGlobal.js', 'registerModule', register));
          body.push(t.expressionStatement(t.callExpression(t.cloneNode(register), [t.stringLiteral(module)])));
        }
        if (Object.keys(metadata?.purposes ?? {}).length > 0) {
          const purposes = program.scope.generateUidIdentifier('purposes');
          body.unshift(importOf(name, 'src/consentHandler.js', 'GVL_PURPOSES', purposes));
          body.push(t.expressionStatement(t.callExpression(
            t.memberExpression(t.identifier('Object'), t.identifier('assign')),
            [t.cloneNode(purposes), t.valueToNode(metadata!.purposes)])));
        }
      },
      StringLiteral(literal) {
        if (literal.node.value.includes('$')) literal.node.value = replaced(literal.node.value);
      },
      TemplateElement(element) {
        const { raw, cooked } = element.node.value;
        if (raw.includes('$')) element.node.value = { raw: replaced(raw), cooked: cooked == null ? cooked : replaced(cooked) };
      },
      Identifier(identifier) {
        const name = identifier.node.name;
        const value = name.startsWith('$$') ? constants.find(([constant]) => constant === name)?.[1] : undefined;
        if (value === undefined) return;
        if (name === '$$REPO_AND_VERSION$$') identifier.replaceWith(t.stringLiteral(value));
        else if (value === 'true') identifier.replaceWith(t.booleanLiteral(true));
        else identifier.replaceWith(t.identifier(value));
      },
      MemberExpression(member) {
        const { object, property } = member.node;
        if (t.isIdentifier(object, { name: 'FEATURES' }) && t.isIdentifier(property) && !member.node.computed &&
          !member.scope.hasBinding('FEATURES') && Object.hasOwn(features, property.name)) {
          member.replaceWith(t.booleanLiteral(features[property.name]));
        }
      },
      CallExpression(call) {
        const { callee } = call.node;
        const name = t.isIdentifier(callee) ? callee.name
          : t.isMemberExpression(callee) && t.isIdentifier(callee.property) ? callee.property.name : '';
        if (!skipped.has(name)) return;
        if (call.parentPath.isExpressionStatement()) call.parentPath.remove();
        else call.replaceWith(t.identifier('undefined'));
        call.skip();
      }
    }
  };
}

/** The babel-loader options for files of both trees. */
export function transform(settings: TransformSettings): TransformOptions {
  const here = (name: string) => require.resolve(name);
  return {
    babelrc: false,
    configFile: false,
    targets: manifestOf(settings.layout).browserslist,
    presets: [
      here('@babel/preset-typescript'),
      [here('@babel/preset-env'), { useBuiltIns: 'entry', corejs: '3.42.0', modules: false }]
    ],
    plugins: [
      [() => plugin(settings), {}, 'prebid-build'],
      here('@babel/plugin-transform-runtime'),
      ...(settings.commonjs ? [here('@babel/plugin-transform-modules-commonjs')] : []),
      ...(settings.coverage ? [[here('babel-plugin-istanbul'), { cwd: settings.layout.overlay, include: ['modules/**', 'libraries/**'], extension: ['.ts', '.js'], excludeNodeModules: true }]] as NonNullable<TransformOptions['plugins']> : [])
    ]
  };
}
