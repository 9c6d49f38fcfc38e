/** Which release a host runs, beside the one that plans and the newest that is at hand. */
import { VERSION } from '../../version.ts';
import type { Finding } from '../inventory/finding.ts';
import { compareVersions } from './tarballs.ts';

/** `current`: null on a host without relay. `atHand`: null where no tarball is. */
export function versionFindings(
  host: string,
  current: string | null,
  atHand: string | null,
  own = VERSION,
): Finding[] {
  if (current === null) return [];
  if (compareVersions(own, current) > 0) {
    return [
      {
        host,
        level: 'refuse',
        // Its relay.yaml may name what an older daemon refuses, which then doesn't start again.
        what: `runs relay ${current}, which may not read what this one (${own}) would write`,
        cure: `relay cluster upgrade first, or use relay ${current} for this`,
      },
    ];
  }
  if (atHand === null || compareVersions(atHand, current) <= 0) return [];
  return [
    {
      host,
      level: 'note',
      what: `runs relay ${current}; ${atHand} is at hand`,
      cure: 'relay cluster upgrade brings it, one host after the other',
    },
  ];
}
