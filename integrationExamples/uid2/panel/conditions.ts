// conditions.js: puts the conditions that the address names into Prebid's config, before the page's own script does anything.
import { conditionsOn, configOf } from './conditionList.js';

type Prebid = { que: Array<() => void>; setConfig(config: object): void };

const page = window as unknown as { pbjs?: Prebid };
const chosen = conditionsOn(location.search);

if (chosen.length) {
  const pbjs = page.pbjs ??= { que: [] } as unknown as Prebid;
  pbjs.que ??= [];
  pbjs.que.push(() => pbjs.setConfig(configOf(chosen)));
}
