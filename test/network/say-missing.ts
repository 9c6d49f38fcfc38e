/**
 * vitest's global setup: says in the run's last lines which tests of hosts' networks were left out, and why; where
 * RELAY_NETWORK=required nothing may be left out, and the run fails instead.
 */
import { missingFirewall, missingHaproxy } from './missing.ts';

/** Gives back what is done at the end. Throws with what to install. */
export default function sayMissing(): () => void {
  const left = [
    { what: 'every test of a real HAProxy', why: missingHaproxy() },
    { what: 'every test of firewall rules in the kernel', why: missingFirewall() },
  ].filter(({ why }) => why !== null);
  if (left.length > 0 && process.env['RELAY_NETWORK'] === 'required')
    throw new Error(left.map(({ what, why }) => `${what} can't run: ${why}`).join('\n'));
  return () => {
    for (const { what, why } of left) process.stdout.write(`\nLeft out: ${what}; ${why}\n`);
  };
}
