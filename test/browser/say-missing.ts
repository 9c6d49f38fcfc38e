/**
 * vitest's global setup: where there is no browser, the last lines of the run say what was left out; where
 * RELAY_BROWSER=required nothing may be left out, and the run fails instead.
 */
import { browserMissing } from './missing.ts';

/** Gives back what is done at the end. Throws with what to install. */
export default function sayMissing(): () => void {
  const why = browserMissing();
  if (why !== null && process.env['RELAY_BROWSER'] === 'required') throw new Error(why);
  return () => {
    if (why !== null) process.stdout.write(`\nLeft out: every test in a browser. ${why}\n`);
  };
}
