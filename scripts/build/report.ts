// The table of bytes that a build prints.
import pc from 'picocolors';
import type { BuildResult, Size } from './index.ts';

const bytes = (n: number) => n.toLocaleString('en-US');

/** Lines for the terminal; sizes in bytes. */
export function report(result: BuildResult, { dev = false } = {}): string[] {
  const rows: [string, Size][] = [...result.parts.map(({ name, size }): [string, Size] => [name, size]), ['total', result.total]];
  const wide = Math.max(...rows.map(([name]) => name.length), 'difference'.length) + 2;
  const line = (name: string, size: Size) => `  ${name.padEnd(wide)}${bytes(size.minified).padStart(11)}${bytes(size.gzip).padStart(11)}`;
  const head = `  ${'bytes'.padEnd(wide)}${(dev ? 'readable' : 'minified').padStart(11)}${'gzip'.padStart(11)}`;
  return [
    pc.dim(head),
    ...rows.slice(0, -1).map(([name, size]) => line(name, size)),
    pc.bold(line('total', result.total)),
    ...(result.added
      ? ['', pc.dim(`  what ${result.added.module} adds`), line('difference', result.added.difference), line('its own', result.added.share)]
      : [])
  ];
}
