import { isDeepStrictEqual } from 'node:util';
import { deny } from './denials.ts';
import { configsOf, entryOf } from './entries.ts';
import { supply } from './looks.ts';
import { hears } from './prebid.ts';
import { KEY } from './rules/kinds.ts';
import type { How, User } from './operator.ts';
import type { Loaded, World } from './loaded.ts';

// Prebid's config changes.

/** `setConfig` with what there is, in new objects; what was taken out is back. */
export function configure(world: World, page: Loaded) {
  page.param = (page.shelf ?? page).param;
  page.configs = (page.shelf ?? page).configs?.map((config) => structuredClone(config));
  putBack(world, page);
  hears(world, page, 'setConfig', () => page.module.configure(configsOf(world, page)), true);
}

/** There are entries in the config again. */
export function putBack(world: World, page: Loaded) {
  page.shelf = undefined;
  page.isOut = false;
  deny(world, page);
}

/** `mergeConfig` adds an entry, if there is none like it. */
export function merge(world: World, page: Loaded, user: User, how: How) {
  const param = supply(world, user, how);
  const added = entryOf(world, param);
  const configs = page.shelf ? [] : configsOf(world, page);
  const isNew = !configs.some((config) => isDeepStrictEqual(config, added));
  page.configs = isNew ? [...configs, added] : configs;
  if (isNew) page.param = param;
  putBack(world, page);
  hears(world, page, 'mergeConfig', () => page.module.configure(configsOf(world, page)), isNew);
}

/** The page takes all entries out; Prebid goes on as before, or it is told to `drop` what it had of them. */
export function takeOut(world: World, page: Loaded, how: 'retain' | 'drop') {
  const { browser } = world;
  // of an entry that nobody has asked for yet, nothing is retained
  if (page.shelf || page.isWaiting) return;
  page.shelf = { param: page.param, configs: configsOf(world, page) };
  if (how === 'drop') {
    page.param = undefined;
    page.isOut = true;
    deny(world, page);
  }
  const stored = () => browser.local.get(KEY) ?? browser.cookie(KEY);
  const before = stored();
  hears(world, page, 'the entry is out', () => page.module.configure([], how === 'retain'));
  // it is there when the entry is back
  if (page.denied && stored() !== before) world.rules.past.broken('changes what is stored as the entry is taken out');
}
