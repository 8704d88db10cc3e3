/** The environment of a command whose words a test reads: without colours, even where the run itself is told to have some. */
export const noColors = (): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined });
