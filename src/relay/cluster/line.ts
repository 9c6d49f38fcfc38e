/** Several hosts in one line, for `relay status`. Pure. */
import { goneText } from './verdict.ts';
import type { ClusterHostJson, ClusterJson, ClusterLineJson, SpoolJson } from './wire.ts';
import { listed, span } from './words.ts';

/** `5 of 5 hosts, quorum, skew 3 ms, spool empty`; in trouble what is wrong. */
export function clusterLine(found: ClusterJson): ClusterLineJson {
  const { verdict, hosts, quorum, skewMs, spool, problems } = found;
  if (verdict === 'one-machine') return { text: `one machine, ${spoolText(spool)}`, ok: true };
  const live = hosts.filter(({ state }) => state === 'live' || state === 'cut-off').length;
  const parts = [
    quorum.has === false ? quorumText(quorum) : '',
    `${live} of ${hosts.length} hosts`,
    quorum.has === false ? '' : quorumText(quorum),
    goneText(hosts),
    ...otherwise(found),
    nodesText(found),
    skewMs === null ? '' : `skew ${skewMs} ms`,
    spoolText(spool),
  ];
  const text = parts.filter((part) => part !== '').join(', ');
  const ok = problems.length === 0;
  return { text: ok ? text : `${text}: see relay cluster status`, ok };
}

function quorumText({ has, lostForMs }: ClusterJson['quorum']): string {
  if (has === null) return 'quorum unknown';
  return has ? 'quorum' : `NO QUORUM${lostForMs === null ? '' : ` for ${span(lostForMs)}`}`;
}

function nodesText({ nodes }: ClusterJson): string {
  const down = (nodes ?? []).filter(({ up }) => !up).length;
  return down === 0 ? '' : `${down} of ${nodes?.length} nodes down`;
}

/** Those that live and aren't as they should be. */
function otherwise({ hosts, quorum }: ClusterJson): string[] {
  const named = (which: (host: ClusterHostJson) => boolean, what: string): string => {
    const names = hosts.filter(which).map(({ name }) => name);
    return names.length === 0 ? '' : `${listed(names)} ${what}`;
  };
  return [
    quorum.has === false ? '' : named(({ mode }) => mode === 'alone', 'without it'),
    named(({ state }) => state === 'cut-off', 'out of reach'),
    named(({ clock }) => clock?.trusted === false, 'with a wrong clock'),
  ];
}

function spoolText({ waiting, oneDisk }: SpoolJson): string {
  if (waiting === 0) return 'spool empty';
  return `${waiting} in the spool${oneDisk === 0 ? '' : `, ${oneDisk} of them on one disk only`}`;
}
