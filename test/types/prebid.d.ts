// A core file of Prebid that ships no types: what the tests use of it.
declare module '*src/activities/rules.js' {
  export function registerActivityControl(activity: string, name: string, rule: () => { allow: boolean } | void): () => void;
}
