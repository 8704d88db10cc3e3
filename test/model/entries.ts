import { COOKIE, type Loaded, type Named, type World } from './loaded.ts';
import type { Config } from '../../libraries/uid2Session/params.js';

// The entries of a page in Prebid's config.

/** An entry that names the reader, if there is one. */
export const entryOf = ({ settings }: World, param?: Named): Config => ({
  name: 'uid2',
  params: {
    ...param?.params,
    ...(settings.supply === 'cookie' && { uid2Cookie: COOKIE }),
    storage: settings.storage,
    bidWhileRefreshing: settings.bidWhileRefreshing,
    refreshIntervalSeconds: settings.every,
  },
});

/** All entries: the same objects until somebody logs in, or the page renders again. */
export function configsOf(world: World, page: Loaded): Config[] {
  page.configs ??= [entryOf(world, page.param)];
  return page.configs;
}

/** What Prebid asks with: of several entries the first. */
export const configOf = (world: World, page: Loaded): Config => configsOf(world, page)[0];
