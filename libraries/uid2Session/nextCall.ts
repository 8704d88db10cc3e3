/** Settles when all of this list are called. */
export const nextCall = (list: (() => void)[]) => new Promise<void>((resolve) => { list.push(resolve); });
