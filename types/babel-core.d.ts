// The part of @babel/core (which ships no types) that the build's plugin uses; the syntax tree's types are Babel's own.
declare module '@babel/core' {
  import type * as t from '@babel/types';
  export * as types from '@babel/types';

  export interface Scope {
    generateUidIdentifier(name: string): t.Identifier;
    hasBinding(name: string): boolean;
    crawl(): void;
  }

  export interface NodePath<T = t.Node> {
    node: T;
    scope: Scope;
    parentPath: NodePath;
    get(key: 'body'): NodePath<t.Statement>[];
    isImportDeclaration(): this is NodePath<t.ImportDeclaration>;
    isExpressionStatement(): this is NodePath<t.ExpressionStatement>;
    insertAfter(node: t.Node): void;
    replaceWith(node: t.Node): void;
    remove(): void;
    skip(): void;
  }

  export interface PluginPass { filename?: string }

  export interface PluginObj<S = PluginPass> {
    name?: string;
    visitor: { [K in t.Node['type']]?: (path: NodePath<Extract<t.Node, { type: K }>>, state: S) => void };
  }

  export type PluginItem = string | (() => PluginObj) | [string | (() => PluginObj), object?, string?];

  export interface TransformOptions {
    babelrc?: boolean;
    configFile?: boolean;
    targets?: string[];
    presets?: PluginItem[];
    plugins?: PluginItem[];
  }

  export function transformSync(code: string, options: TransformOptions & { filename: string }): { code?: string | null } | null;
}
