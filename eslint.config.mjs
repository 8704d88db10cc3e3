import globals from 'globals';
import neostandard from 'neostandard';
import tseslint from 'typescript-eslint';

const ours = ['modules/**/*.ts', 'libraries/**/*.ts'];
const tests = ['test/**/*.ts'];

const elsewhere = {
  localStorage: 'use the storage manager instead',
  sessionStorage: 'use the storage manager instead',
  XMLHttpRequest: 'use ajax instead',
  console: 'use logInfo, logWarn or logError instead',
  require: 'use import instead'
};

const style = neostandard({ ts: true, semi: true });
// where nested conditionals begin, and where objects break: a checkout's lint has it so
const { '@stylistic/indent': prebidsIndent, '@stylistic/object-curly-newline': prebidsCurly } = style.find(({ name }) => name === 'neostandard/style').rules;

export default [
  { ignores: ['node_modules/**', 'build/**', 'dist/**', '**/*.d.ts'] },
  ...style,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: { FEATURES: 'readonly' } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@stylistic/comma-dangle': 'off',
      '@stylistic/object-curly-newline': 'off',
      '@stylistic/object-property-newline': 'off',
      'promise/param-names': 'off',
      'no-void': 'off',
      '@stylistic/indent': ['error', 2, { SwitchCase: 1, ignoredNodes: ['TemplateLiteral *', 'ConditionalExpression'], offsetTernaryExpressions: false }],
      '@stylistic/space-before-function-paren': 'off',
      '@stylistic/multiline-ternary': 'off',
      '@stylistic/quote-props': 'off',
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
      'no-constant-binary-expression': 'error',
      'no-useless-assignment': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // an empty catch is how "or nothing" is written
      'no-empty': ['error', { allowEmptyCatch: true }],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true }],
      'no-unused-vars': 'off'
    }
  },
  {
    // Prebid's rules for code that ships in its bundles
    files: ours,
    languageOptions: { globals: globals.browser },
    rules: {
      '@stylistic/indent': prebidsIndent,
      '@stylistic/object-curly-newline': prebidsCurly,
      'no-console': 'error',
      'no-restricted-globals': ['error', ...Object.entries(elsewhere).map(([name, message]) => ({ name, message }))],
      'no-restricted-properties': [
        'error',
        ...Object.entries(elsewhere).map(([property, message]) => ({ object: 'window', property, message })),
        { object: 'document', property: 'cookie', message: 'use the storage manager instead' },
        { object: 'navigator', property: 'sendBeacon', message: 'use ajax instead' },
        { object: 'navigator', property: 'doNotTrack', message: 'deprecated; Prebid does not support DNT signals' }
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'FunctionDeclaration[id.name=/^log(Message|Info|Warn|Error|Result)$/]', message: 'the build strips calls of functions with this name' },
        { selector: 'VariableDeclarator[id.name=/^log(Message|Info|Warn|Error|Result)$/][init.type=/FunctionExpression|ArrowFunctionExpression/]', message: 'the build strips calls of functions with this name' }
      ]
    }
  },
  {
    // a reader holds one function in mind, and sees one file on a screen or two
    files: ours,
    rules: {
      'complexity': ['error', 10],
      'max-lines': ['error', 150],
      'max-lines-per-function': ['error', 40],
      'max-params': ['error', 4],
      'no-nested-ternary': 'error',
      '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // as a checkout's lint has it
      '@stylistic/object-property-newline': ['error', { allowAllPropertiesOnSameLine: true }]
    }
  },
  {
    files: ['libraries/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^[^.]', message: 'libraries take no npm packages' }, { regex: '/modules/', message: 'libraries do not import modules' }] }] }
  },
  {
    files: ['modules/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^[^.]', message: 'modules take no npm packages' }, { group: ['**/src/adloader.js'], message: 'no external scripts' }] }] }
  },
  {
    files: tests,
    languageOptions: { globals: { ...globals.mocha, ...globals.browser } },
    rules: {
      'max-lines': ['error', 400],
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      'no-unused-expressions': 'off',
      'no-template-curly-in-string': 'off'
    }
  },
  {
    // read by tools as they are
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  {
    // what a publisher writes into a page; people copy it, so it has no comments for tools
    files: ['integrationExamples/uid2/modes/*.js'],
    languageOptions: { sourceType: 'script', globals: { ...globals.browser, pbjs: 'writable', __uid2: 'writable' } },
    rules: { '@typescript-eslint/no-unused-vars': 'off', 'no-var': 'off', 'no-redeclare': 'off', 'no-use-before-define': 'off', '@stylistic/no-multiple-empty-lines': 'off' }
  },
  {
    // parts that are put together into one file
    files: ['integrationExamples/uid2/serverParts/*.mjs'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', 'no-undef': 'off', '@stylistic/no-multiple-empty-lines': 'off' }
  },
  {
    // a spec for Prebid's karma
    files: ['scripts/install/spec/*.js'],
    languageOptions: { globals: { ...globals.mocha, ...globals.browser } }
  }
];
