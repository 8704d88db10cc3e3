// A webpack plugin: joins the chunks into a bundle, and weighs them.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Compilation, type Compiler, sources, type sources as Sources } from 'webpack';
import { CORE, type Entries, inOrder, joined } from './join.ts';

/** Bytes as served: minified (or readable, in a development build), gzipped at level 9, and brotli's at 11, which are counted when read. */
export interface Size { minified: number; gzip: number; readonly brotli: number }

export interface Part {
  /** A module's name, `core`, or the name of a library that several of them share. */
  name: string;
  size: Size;
}

export interface Weights {
  /** The bundle without its banner. */
  total: Size;
  /** Core first; a module's part includes the libraries that only it uses. */
  parts: Part[];
}

export interface BundleSettings {
  file: string;
  globalName: string;
  banner: string;
  modules: string[];
  onWeighed: (weights: Weights) => void;
}

export function sizeOf(text: string | Buffer): Size {
  const bytes = Buffer.from(text);
  let brotli: number | undefined;
  return {
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    // a second for a whole bundle
    get brotli() {
      brotli ??= brotliCompressSync(bytes).length;
      return brotli;
    }
  };
}

export function filesByEntry(compilation: Compilation): Entries {
  return new Map([...compilation.entrypoints].map(([name, entry]) =>
    [name, entry.chunks.flatMap((chunk) => [...chunk.files]).filter((file) => file.endsWith('.js'))]));
}

// pieces of one part are gzipped together, as they are in the bundle
function weigh(settings: BundleSettings, entries: Entries, source: (file: string) => string): Part[] {
  const users = new Map<string, Set<string>>();
  for (const [entry, files] of entries) {
    const owner = settings.modules.includes(entry) ? entry : CORE;
    for (const file of files) users.set(file, (users.get(file) ?? new Set()).add(owner));
  }
  const texts = new Map(['core', ...settings.modules].map((name) => [name, '']));
  for (const [file, owners] of users) {
    const name = owners.has(CORE) ? 'core' : owners.size > 1 ? `libraries/${file.replace(/\.js$/, '')}` : [...owners][0];
    texts.set(name, (texts.get(name) ?? '') + source(file));
  }
  return [...texts].map(([name, text]) => ({ name, size: sizeOf(text) }));
}

export function bundlePlugin(settings: BundleSettings) {
  return {
    apply(compiler: Compiler) {
      compiler.hooks.thisCompilation.tap('bundle', (compilation) => {
        // after the minimizer, before source maps are written
        const stage = Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_SIZE + 50;
        compilation.hooks.processAssets.tap({ name: 'bundle', stage }, () => {
          if (compilation.errors.length > 0) return;
          const entries = filesByEntry(compilation);
          const sourceOf = (file: string): Sources.Source => compilation.getAsset(file)!.source;
          const pieces = joined(settings.globalName, entries, sourceOf);
          settings.onWeighed({
            total: sizeOf(pieces.map((piece) => typeof piece === 'string' ? piece : piece.source()).join('')),
            parts: weigh(settings, entries, (file) => sourceOf(file).source().toString())
          });
          compilation.emitAsset(settings.file, new sources.ConcatSource(settings.banner, ...pieces), { minimized: true });
          for (const file of inOrder(entries)) compilation.deleteAsset(file);
        });
      });
    }
  };
}
