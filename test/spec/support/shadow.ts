// Properties of the browser that a test replaces; they are as before when it ends.

const undo: (() => void)[] = [];

/** Puts another value in the place of a property, until the test ends. */
export function shadow(target: object, name: string, value?: unknown) {
  Object.defineProperty(target, name, { value, configurable: true });
  undo.push(() => Reflect.deleteProperty(target, name));
}

/** Ends all that was put in the place of something else. */
export const unshadow = () => undo.splice(0).forEach((end) => end());

export const hidePage = () => shadow(document, 'hidden', true);

afterEach(unshadow);
