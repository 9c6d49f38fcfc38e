/** Hosts that were set up by other secrets than those at hand: a folder that was lost, or another cluster's. Pure. */
import type { Finding } from '../inventory/finding.ts';
import { PLACES } from '../places.ts';
import type { ClusterSecrets, Facts } from '../types.ts';

/** A refusal for each host that trusts none of our authorities: with ours it would understand no other host. */
export function strangerFindings(
  { authority }: { authority: Pick<ClusterSecrets['authority'], 'cert'> },
  facts: ReadonlyMap<string, Pick<Facts, 'files'>>,
): Finding[] {
  const ours = certificatesIn(authority.cert);
  return [...facts].flatMap(([host, { files }]): Finding[] => {
    const theirs = certificatesIn(files[PLACES.relay.caFile]?.text ?? '');
    if (theirs.length === 0 || theirs.some((cert) => ours.includes(cert))) return [];
    return [
      {
        host,
        level: 'refuse',
        what: 'it was set up with another authority than that in cluster-secrets/',
        cure:
          `bring the folder back from its copy. Where it is lost for good: remove ${PLACES.relay.caFile} on all hosts ` +
          'and apply; while that goes on, hosts with the old authority and hosts with the new one do not reach each other',
      },
    ];
  });
}

/** Each as one line, however it was wrapped. */
const certificatesIn = (text: string): string[] =>
  [...text.matchAll(/-----BEGIN CERTIFICATE-----(?<body>[^-]+)-----END CERTIFICATE-----/gu)].map((match) =>
    (match.groups?.['body'] ?? '').replaceAll(/\s/gu, ''),
  );
