// Runs webpack.
import webpack, { type Configuration } from 'webpack';
import configuration from '../../webpack.config.js';
import { cacheGroups, entriesOf } from './chunks.ts';
import type { Order } from './order.ts';
import { problem } from './problem.ts';

/** Webpack's configuration for the chunks of this order, each minified by itself. */
export function configure({ options, layout, modules, globalName }: Order, directory: string, purpose: string): Configuration {
  const { disable, enable, dev, isOnce } = options;
  const config = configuration({ layout, globalName, disable, enable, dev, isOnce, purpose });
  return {
    ...config,
    entry: entriesOf(layout, modules),
    output: { ...config.output, path: directory, filename: '[name].js', chunkLoadingGlobal: `${globalName}Chunk`, chunkLoading: 'jsonp' },
    optimization: {
      ...config.optimization,
      usedExports: true,
      sideEffects: true,
      splitChunks: { chunks: 'initial', minChunks: 1, minSize: 0, cacheGroups: cacheGroups(layout) }
    }
  };
}

// what a person can act on: which file, which line
function failure(errors: readonly { message: string; moduleName?: string }[]): Error {
  const { message, moduleName } = errors[0];
  const text = message.split('\n').filter((line) => !/^ {4}at /.test(line) && !line.startsWith('Module build failed')).join('\n').trimEnd();
  const more = errors.length > 1 ? `\n(and ${errors.length - 1} more)` : '';
  return problem(`the bundle cannot be built: ${moduleName ? `${moduleName.replace(/^.*!/, '')}: ` : ''}${text}${more}`);
}

/** Rejects with a one-line error (see `isProblem`) on code that does not compile. */
export async function compile(config: Configuration, { emits = true } = {}): Promise<webpack.Compilation> {
  const compiler = webpack(config);
  if (!compiler) throw new Error('webpack did not start');
  if (!emits) compiler.hooks.shouldEmit.tap('weigh only', () => false);
  try {
    const stats = await new Promise<webpack.Stats>((resolve, reject) =>
      compiler.run((error, result) => error || !result ? reject(error) : resolve(result)));
    if (stats.hasErrors()) throw failure(stats.toJson({ all: false, errors: true }).errors ?? []);
    return stats.compilation;
  } finally {
    // stores the cache
    await new Promise<void>((resolve) => compiler.close(() => resolve()));
  }
}
