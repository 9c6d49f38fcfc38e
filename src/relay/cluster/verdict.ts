/** The first line: how it stands, for somebody who was just woken. Pure. */
import type { ClusterHostJson, ClusterJson, TroubleJson } from './wire.ts';
import { counted, listed, span } from './words.ts';

export type Found = Omit<ClusterJson, 'verdict' | 'text' | 'problems' | 'notes'>;

/** Hosts that work together count; each that doesn't is named. */
export function verdictOf(
  found: Found,
  problems: readonly TroubleJson[],
): Pick<ClusterJson, 'verdict' | 'text'> {
  const { hosts, quorum, nodes } = found;
  if (quorum.has === false) return { verdict: 'no-quorum', text: withoutQuorum(found) };
  if (quorum.has === null && nodes === null) {
    return { verdict: 'unknown', text: 'Nothing could be found out: no daemon and no node answers.' };
  }
  const live = hosts.filter(({ state }) => state === 'live' || state === 'cut-off');
  const has = quorum.has === true ? 'with a quorum' : 'and nobody knows whether there is a quorum';
  const gone = goneText(hosts);
  if (live.length < hosts.length) {
    return {
      verdict: 'weakened',
      text: `${live.length} of ${counted(hosts.length, 'host')} live, ${has}: ${gone}.`,
    };
  }
  const all = hosts.length === 1 ? 'The only host lives' : `All ${hosts.length} hosts live`;
  if (problems.length > 0) {
    return {
      verdict: 'weakened',
      text: `${all}, ${has}, but ${counted(problems.length, 'thing')} must be seen to.`,
    };
  }
  return { verdict: 'well', text: `${all}, ${has}. Nothing is broken.` };
}

function withoutQuorum({ quorum, hosts }: Found): string {
  const since = quorum.lostForMs === null ? '' : ` for ${span(quorum.lostForMs)}`;
  const copies =
    quorum.copies === null
      ? ''
      : ` (${quorum.copiesUp} of ${quorum.copies} copies are up, ${quorum.needed} are needed)`;
  const alone = hosts.filter(({ mode }) => mode === 'alone').map(({ name }) => name);
  const paging =
    alone.length === 0 ? 'Each host pages' : `${listed(alone)} ${alone.length === 1 ? 'pages' : 'page'}`;
  return `NO QUORUM${since}${copies}. ${paging} only what is accepted there; other open incidents do not escalate.`;
}

const WORDS = { dead: 'dead', silent: 'silent', 'never-seen': 'not seen in days' } as const;

/** `a2 and b1 are dead, c1 is silent`. */
export function goneText(hosts: readonly Pick<ClusterHostJson, 'name' | 'state'>[]): string {
  return (['dead', 'silent', 'never-seen'] as const)
    .map((state) => {
      const names = hosts.filter((one) => one.state === state).map(({ name }) => name);
      return names.length === 0
        ? ''
        : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} ${WORDS[state]}`;
    })
    .filter((part) => part !== '')
    .join(', ');
}
