import { PATIENCE, type Request } from './rules/kinds.ts';
import { looks, mayAsk } from './looks.ts';
import type { Answer } from './operator.ts';
import type { Loaded, World } from './loaded.ts';

/** How long the operator takes, ms. */
export const LATENCY = 50;

/** The operator answers; the page hears of it in a task of its own. */
export function give(world: World, request: Request, how: Answer) {
  const answer = world.operator.answer(how, request.what);
  request.answered = true;
  request.page.tab.tasks.push(() => request.take(answer));
}

/** The page's `fetch`. */
export const fetchIn = (world: World, page: Loaded) => (_url: string, { signal, body }: RequestInit) =>
  new Promise<Response>((resolve, reject) => {
    const { browser, operator, rules, settings } = world;
    const done = () => { world.requests = world.requests.filter((each) => each !== request); };
    const { what, account = '' } = operator.askedWith(body as string);
    const request: Request = {
      page,
      what,
      key: account + what,
      start: browser.elapsed(),
      troubles: rules.past.troubles,
      answered: false,
      lockless: false,
      take(answer) {
        if (signal!.aborted) return;
        done();
        looks(world, page);
        rules.answered(request, answer);
        if (!answer) return reject(new TypeError('Failed to fetch'));
        const { status, text } = answer;
        resolve({ status, ok: status === 200, text: async () => text } as Response);
      },
      lose() {
        if (signal!.aborted) return;
        done();
        rules.lost(request);
        reject(new TypeError('Failed to fetch'));
      },
    };
    if (!settings.locks) page.permitted = mayAsk(page);
    rules.requests(request, world.requests);
    world.requests.push(request);
    signal!.addEventListener('abort', () => {
      if (!world.requests.includes(request)) return;
      done();
      // a request that is given up sooner is none that failed
      if (browser.elapsed() >= request.start + PATIENCE) rules.answered(request);
      reject(signal!.reason);
    });
  });
