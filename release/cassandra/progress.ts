/** Says on stderr what takes long, so that nobody wonders whether a first run hangs. */
const QUIET_MS = 2_000;
const AGAIN_MS = 30_000;

/** Does `work`; what it is is said once it has taken 2 s, and then every 30 s. */
export async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  const beganMs = performance.now();
  const say = (): void => {
    const tookS = Math.round((performance.now() - beganMs) / 1_000);
    process.stderr.write(`cassandra: ${what} … ${tookS} s\n`);
  };
  let repeating: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    repeating = setInterval(say, AGAIN_MS).unref();
  }, QUIET_MS).unref();
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(repeating);
  }
}
