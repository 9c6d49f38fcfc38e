/** Whether a domain says what receivers shall do with mail that only pretends to be from it. */
import type { Lookup } from './lookup.ts';
import type { DnsFinding } from './types.ts';
import { quoted, zoneLine } from './zone-line.ts';

/** Rejects with DnsSilentError. */
export async function checkDmarc(lookup: Lookup, domain: string): Promise<DnsFinding> {
  const labels = domain.split('.');
  // The domain's own record, or the nearest above it; a top-level domain has none of ours.
  for (let skip = 0; skip <= labels.length - 2; skip += 1) {
    const name = `_dmarc.${labels.slice(skip).join('.')}`;
    const record = (await lookup.txt(name)).find((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/i.test(text));
    if (record !== undefined) {
      const policy = /;\s*p\s*=\s*([a-z]+)/i.exec(record)?.[1]?.toLowerCase() ?? 'none';
      return { about: 'dmarc', domain, state: 'ok', text: `DMARC of ${domain}: ${policy} (${name})` };
    }
  }
  return {
    about: 'dmarc',
    domain,
    state: 'wrong',
    text: `${domain} has no DMARC record: large mailbox providers want one`,
    record: zoneLine(`_dmarc.${domain}`, 'TXT', quoted('v=DMARC1; p=none')),
  };
}
