/** `relay cluster status`: the verdict, then hosts and datacenters, then what is wrong with its cure. */
import type { ClusterHostJson, ClusterJson } from '../../relay/cluster/wire.ts';
import { table, wrap } from './layout.ts';
import { counted } from '../../relay/cluster/words.ts';
import type { Cell } from './layout.ts';
import type { Style } from './style.ts';
import { duration } from './when.ts';

type Row = (Cell | string)[];

export function renderCluster(one: ClusterJson, style: Style, width: number | null, nowMs: number): string {
  const colour = {
    well: style.green,
    weakened: style.yellow,
    'no-quorum': style.red,
    unknown: style.red,
    'one-machine': style.green,
  };
  let text = styled(wrap('', one.text, width), (line) => style.bold(colour[one.verdict](line)));
  text += survivalLine(one, style, width);
  if (one.hosts.length > 0) text += `\n${table(hostRows(one, style, nowMs), width)}`;
  if (one.datacenters.length > 0) text += `\n${table(datacenterRows(one, style), width)}`;
  text += rest(one, style, width);
  for (const note of one.notes) text += wrap(`${style.yellow('!')} `, note, width, 2);
  return text + troubles(one, style, width);
}

/** What may still be lost. */
function survivalLine({ quorum }: ClusterJson, style: Style, width: number | null): string {
  const { has, survivesNode, survivesDatacenter } = quorum;
  if (has !== true || survivesNode === null || survivesDatacenter === null) return '';
  const said = (survives: boolean): string => (survives ? 'yes' : 'no');
  const text = `Survives the loss of one more node: ${said(survivesNode)}; of one more datacenter: ${said(survivesDatacenter)}.`;
  const shown = survivesNode && survivesDatacenter ? (line: string) => line : style.yellow;
  return styled(wrap('', text, width), shown);
}

/** Colours each line: `wrap` would take colours for somebody else's control characters. */
const styled = (text: string, style: (line: string) => string): string =>
  text.replace(/^.+$/gmu, (line) => style(line));

const heads = (names: string[], style: Style): Row => names.map((text) => ({ text, style: style.dim }));

function hostRows({ hosts, asked }: ClusterJson, style: Style, nowMs: number): Row[] {
  // Eighty columns are full without it, and mostly it is the same on all.
  const versions = new Set(hosts.flatMap(({ version }) => version ?? [])).size > 1;
  const names = ['HOST', 'DC', 'STATE', 'SHARDS', 'CLOCK', 'SPOOL', 'ROSTER', 'CANARY'];
  return [
    heads(versions ? [...names, 'VERSION'] : names, style),
    ...hosts.map((host): Row => {
      const canary = host.canaryAgeSeconds;
      return [
        { text: host.name + (host.name === asked ? '*' : ''), style: style.bold },
        host.datacenter === '' ? '?' : host.datacenter,
        stateCell(host, style, nowMs),
        String(host.shards),
        clockCell(host, style),
        spoolCell(host, style),
        host.rosterVersion === null ? '-' : String(host.rosterVersion),
        canary === null ? '-' : duration(canary * 1_000),
        ...(versions ? [host.version ?? '-'] : []),
      ];
    }),
  ];
}

/** Works with the others, unless the mode says otherwise. */
function stateCell({ state, since, mode }: ClusterHostJson, style: Style, nowMs: number): Cell {
  const ago =
    since === null
      ? ''
      : ` ${duration(nowMs - Date.parse(since))
          .split(' ')
          .slice(0, 2)
          .join(' ')}`;
  switch (state) {
    case 'live':
      return mode === 'alone' || mode === 'draining'
        ? { text: `live${ago}, ${mode}`, style: mode === 'alone' ? style.red : style.yellow }
        : { text: `live${ago}` };
    case 'cut-off':
      return { text: `cut off${ago}`, style: style.yellow };
    case 'dead':
      return { text: `dead${ago}`, style: style.red };
    case 'silent':
      return { text: 'silent', style: style.red };
    case 'never-seen':
      return { text: 'never seen', style: style.red };
  }
}

function clockCell({ clock }: ClusterHostJson, style: Style): Cell {
  if (clock === null) return { text: '-' };
  const off = Math.round(clock.offMs);
  const exact = clock.exactMs === null ? '' : ` ±${Math.max(1, Math.round(clock.exactMs))}`;
  const text = `${off > 0 ? '+' : ''}${off}${exact} ms`;
  return clock.trusted ? { text } : { text: `${text} WRONG`, style: style.red };
}

/** Of a host that says nothing any more, only what it had said to be waiting is worth a word. */
function spoolCell({ spool, state }: ClusterHostJson, style: Style): Cell {
  const gone = state !== 'live' && state !== 'cut-off';
  if (spool === null || (gone && spool.waiting === 0)) return { text: '-' };
  if (spool.oneDisk > 0) return { text: `${spool.waiting} (${spool.oneDisk} single)`, style: style.red };
  return spool.waiting > 0 ? { text: `${spool.waiting} wait`, style: style.yellow } : { text: 'empty' };
}

function datacenterRows({ datacenters }: ClusterJson, style: Style): Row[] {
  const part = (up: number, all: number): Cell =>
    up < all ? { text: `${up} of ${all}`, style: style.red } : { text: `${up} of ${all}` };
  return [
    heads(['DATACENTER', 'HOSTS LIVE', 'NODES UP', 'COPIES'], style),
    ...datacenters.map(
      (one): Row => [
        one.name,
        part(one.liveHosts, one.hosts),
        part(one.upNodes, one.nodes),
        one.copies === null ? '-' : String(one.copies),
      ],
    ),
  ];
}

function rest({ lag, spool, asked }: ClusterJson, style: Style, width: number | null): string {
  if (asked === null) return '';
  const line = (name: string, text: string): string =>
    wrap(`${style.dim(name)}${' '.repeat(7 - name.length)}`, text, width, 7);
  const oldest = (seconds: number | null): string =>
    seconds === null ? '' : `, oldest ${duration(seconds * 1_000)}`;
  const undone =
    lag === null
      ? 'unknown: the store does not answer'
      : `${counted(lag.journal, 'input')} undone${oldest(lag.oldestSeconds)}; ${counted(lag.due, 'timer')}`;
  const waiting =
    spool.waiting === 0 ? 'nothing waits' : `${spool.waiting} wait${oldest(spool.oldestSeconds)}`;
  const alone = spool.oneDisk === 0 ? '' : `, ${spool.oneDisk} on one disk only`;
  const kept = `${spool.own} of their own inputs and ${spool.copies} copies for others on disks`;
  return `\n${line('lag', undone)}${line('spool', `${waiting}${alone}; ${kept}`)}`;
}

function troubles({ problems }: ClusterJson, style: Style, width: number | null): string {
  if (problems.length === 0) return '';
  let text = `\n${style.red(style.bold(problems.length === 1 ? 'Broken:' : `Broken (${problems.length}):`))}\n`;
  for (const problem of problems) {
    text += wrap('  - ', problem.text, width);
    text += wrap('    ', `-> ${problem.cure}`, width);
  }
  return text;
}
