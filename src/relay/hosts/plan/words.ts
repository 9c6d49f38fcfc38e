/** A plan for people. */
import type { Finding } from '../inventory/finding.ts';
import { type FileChange, type HostPlan, isDone, type Plan, type UnitChange } from './types.ts';

/** How a text is coloured; where there is no terminal, not at all. */
export interface Paint {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
}

const same = (text: string): string => text;
export const PLAIN: Paint = { bold: same, red: same, green: same, yellow: same, dim: same };

/** `contents`: the contents of new files too. */
export function planText(plan: Plan, paint: Paint, contents = false): string {
  const lines = plan.findings.map((finding) => findingText(finding, paint));
  const open = plan.hosts.filter((host) => !isDone(host));
  for (const host of open) lines.push(...hostLines(host, paint, contents));
  const rest = plan.hosts.length - open.length;
  if (plan.hosts.length === 0) lines.push('no host could be looked at, so nobody knows what there is to do');
  else if (open.length === 0) {
    const are = rest === 1 ? 'is' : 'are';
    lines.push(`nothing to do: ${plan.hosts.map(({ host }) => host).join(', ')} ${are} as cluster.yaml says`);
  } else if (rest > 0) {
    lines.push(
      `nothing to do on ${plan.hosts
        .filter(isDone)
        .map(({ host }) => host)
        .join(', ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** With what to do about it, on a line of its own. */
export function findingText({ host, level, what, cure }: Finding, paint: Paint): string {
  const word = { refuse: paint.red('refused'), warn: paint.yellow('warning'), note: paint.dim('note') }[
    level
  ];
  const about = host === null ? '' : `${host}: `;
  return `${word}: ${about}${what}${cure === '' ? '' : `\n  ${cure}`}`;
}

function hostLines(plan: HostPlan, paint: Paint, contents: boolean): string[] {
  const line = (sign: string, text: string): string => `  ${sign} ${text}`;
  const plus = paint.green('+');
  return [
    paint.bold(plan.host),
    ...(plan.packages.length > 0 ? [line(plus, `packages ${plan.packages.join(', ')}`)] : []),
    ...(plan.users.length > 0 ? [line(plus, `users ${plan.users.join(', ')}`)] : []),
    ...(plan.groups.length > 0 ? [line(plus, `groups ${plan.groups.join(', ')}`)] : []),
    ...(plan.folders.length > 0 ? [line(plus, `folders ${plan.folders.join(', ')}`)] : []),
    ...plan.releases.map(({ product, version, bring, link }) =>
      line(
        plus,
        `${product} ${version}${bring ? '' : ', which is there already'}${link ? ', made current' : ''}`,
      ),
    ),
    ...(plan.firewall === null
      ? []
      : [line(paint.yellow('~'), 'firewall: the rules in the kernel'), ...diffLines(plan.firewall, paint)]),
    ...plan.files.flatMap((file) => fileLines(file, paint, contents)),
    ...plan.units.map((unit) => line(paint.yellow('*'), unitText(unit, paint))),
  ];
}

function fileLines(file: FileChange, paint: Paint, contents: boolean): string[] {
  if (file.action === 'remove') return [`  ${paint.red('-')} ${file.path}`];
  const access = file.accessBefore === null ? file.access : `${file.accessBefore} becomes ${file.access}`;
  const secret = file.secret ? ', secret' : '';
  if (file.action === 'make') {
    return [
      `  ${paint.green('+')} ${file.path} ${paint.dim(`(${access}${secret})`)}`,
      ...(contents && file.diff !== null ? diffLines(file.diff, paint) : []),
    ];
  }
  const notes = [file.secret ? 'secret: changes' : '', file.accessBefore === null ? '' : access].filter(
    (note) => note !== '',
  );
  return [
    `  ${paint.yellow('~')} ${file.path}${notes.length > 0 ? paint.dim(` (${notes.join(', ')})`) : ''}`,
    ...(file.diff === null ? [] : diffLines(file.diff, paint)),
  ];
}

const diffLines = (diff: string, paint: Paint): string[] =>
  diff
    .trimEnd()
    .split('\n')
    .map((line) => {
      const shown = line.startsWith('+')
        ? paint.green(line)
        : line.startsWith('-')
          ? paint.red(line)
          : paint.dim(line);
      return `      ${shown}`;
    });

function unitText({ name, action, because }: UnitChange, paint: Paint): string {
  return `${action} ${name} ${paint.dim(`(${because.join(', ')})`)}`;
}
