// Joins chunks into one guarded file, as Prebid's bundler does.

export const CORE = 'prebid-core';

/** The files of each entry: core, a module, or a module's storage disclosures. */
export type Entries = Map<string, string[]>;

/** The code before and after the chunks: a second copy on the page leaves the first one alone. */
function guard(globalName: string): { header: string; footer: string } {
  const warning = `Attempted to load a copy of Prebid.js that clashes with the existing '${globalName}' instance. Load aborted.`;
  return {
    header: `if(window.${globalName}&&window.${globalName}.libLoaded)try{window.${globalName}.getConfig("debug")&&console.warn(${JSON.stringify(warning)})}catch(e){}else{(function(){\n`,
    footer: `\n})();${globalName}.processQueue()}\n`
  };
}

/** All files of these entries, each once, in the order that they must be in. */
export function inOrder(entries: Entries): string[] {
  const core = entries.get(CORE) ?? [];
  const all = [...entries.values()].flat();
  const libraries = all.filter((file) => !entries.has(file.replace(/\.js$/, '')));
  // the runtime is in core's own file, and what modules need must be there before them
  return [...new Set([...core.filter((file) => file === `${CORE}.js`), ...libraries, ...all])];
}

/** The pieces of a bundle, from its first line of code to its last. */
export function joined<T>(globalName: string, entries: Entries, sourceOf: (file: string) => T): (string | T)[] {
  const { header, footer } = guard(globalName);
  return [header, ...inOrder(entries).flatMap((file): (string | T)[] => [sourceOf(file), '\n']), footer];
}
