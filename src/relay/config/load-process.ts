/** The process of load-apart.ts: prints one configuration as JSON. Secrets stay in their files;
 * it goes to the daemon only, since watch.pingUrl may be one. */
import type { Loaded } from './load-apart.ts';
import { loadConfig } from './load.ts';
import { ConfigError } from './types.ts';

async function load(flag: string | undefined): Promise<Loaded> {
  try {
    return {
      config: await loadConfig({
        ...(flag === undefined ? {} : { flag }),
        env: process.env,
        cwd: process.cwd(),
      }),
    };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}

process.stdout.write(JSON.stringify(await load(process.argv[2])));
