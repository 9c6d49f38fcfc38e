/** What a host's kernel filters by, against what it should. */
import { createTwoFilesPatch } from 'diff';
import { PLACES } from '../places.ts';
import type { Remote } from '../ssh/port.ts';
import type { Facts } from '../types.ts';
import { LISTING } from './listing.ts';

/** What `relay firewall diff` finds on a host. */
export interface FirewallFound {
  /** As nft lists it; null: no table of relay's. */
  kernel: string | null;
  /** What the wanted file makes there, listed likewise. */
  wanted: string;
  /** Whether the next boot loads the wanted file. */
  boots: boolean;
}

/** Rejects with HostError where the host's nft doesn't take the file. */
export async function readFirewall(remote: Remote, wanted: string): Promise<FirewallFound> {
  const answer = await remote.run(
    'read the firewall',
    `${LISTING}
file=$(mktemp)
trap 'rm -f "$file"' EXIT
cat >"$file"
made=$(made "$file")
kernel=$(listed || true)
boots=no
if cmp -s "$file" ${PLACES.firewall.rules}; then boots=yes; fi
printf '%s\\n' "$boots" "$(printf '%s' "$kernel" | base64 -w0)" "$(printf '%s' "$made" | base64 -w0)"`,
    { stdin: wanted },
  );
  const [boots = '', kernel = '', made = ''] = answer.split('\n');
  const text = (encoded: string): string => Buffer.from(encoded, 'base64').toString();
  return { kernel: kernel === '' ? null : text(kernel), wanted: text(made), boots: boots === 'yes' };
}

/** As a unified difference from the kernel's rules to the wanted ones; null: they are the same. */
export const firewallDifference = ({
  kernel,
  wanted,
}: Pick<FirewallFound, 'kernel' | 'wanted'>): string | null =>
  kernel === wanted ? null : differenceOf(kernel ?? '', wanted);

/**
 * What somebody changed by hand, as far as a host's facts tell: the kernel's rules against what the host's own file
 * makes. Null: nothing, or there is no file yet. A file that isn't the wanted one is a difference of files.
 */
export function firewallDrift({ firewall, firewallMade }: Facts): string | null {
  if (firewallMade === undefined) return null;
  return firewallDifference({ kernel: firewall, wanted: firewallMade });
}

const differenceOf = (kernel: string, wanted: string): string =>
  createTwoFilesPatch('in the kernel', 'as it should be', kernel, wanted, undefined, undefined, {
    context: 2,
  })
    .split('\n')
    .filter((line) => !/^={3,}$|^\\ No newline/u.test(line))
    .join('\n')
    .trimEnd();
