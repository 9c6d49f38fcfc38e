/** Several hosts in one line, for `relay status`. Pure. */
import { goneText } from './verdict.ts';
import type { ClusterJson, ClusterLineJson, SpoolJson } from './wire.ts';
import { span } from './words.ts';

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
    nodesText(found),
    untrusted(found),
    skewMs === null ? '' : `skew ${skewMs} ms`,
    spoolText(spool),
  ];
  return { text: parts.filter((part) => part !== '').join(', '), ok: problems.length === 0 };
}

function quorumText({ has, lostForMs }: ClusterJson['quorum']): string {
  if (has === null) return 'quorum unknown';
  return has ? 'quorum' : `NO QUORUM${lostForMs === null ? '' : ` for ${span(lostForMs)}`}`;
}

function nodesText({ nodes }: ClusterJson): string {
  const down = (nodes ?? []).filter(({ up }) => !up).length;
  return down === 0 ? '' : `${down} of ${nodes?.length} nodes down`;
}

function untrusted({ hosts }: ClusterJson): string {
  const names = hosts.filter(({ clock }) => clock?.trusted === false).map(({ name }) => name);
  return names.length === 0 ? '' : `clock of ${names.join(', ')} is wrong`;
}

function spoolText({ waiting, oneDisk }: SpoolJson): string {
  if (waiting === 0) return 'spool empty';
  return `${waiting} in the spool${oneDisk === 0 ? '' : `, ${oneDisk} of them on one disk only`}`;
}
