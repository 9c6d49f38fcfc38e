/** LibreNMS: `Alert for device D - RULE` and `Device D recovered from RULE`; or own titles over its own template. */
import type { AlertEvent } from '../../types.ts';
import { severityOf } from '../body.ts';
import { type Labels, labelsOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

/** Older releases say "got worse", newer ones "Has worsened". */
const HOW = / \[?(?:got|has|has been) (?<how>acknowledged|worsened|worse|improved|better|changed)\]?$/iu;
const TEST = /^Testing transport from LibreNMS/iu;
const PROBLEM = /^(?:\[[^\]]{1,60}\] )?Alert for device (?<about>.+)$/u;
const RECOVERY = /^(?:\[[^\]]{1,60}\] )?Device (?<about>.+)$/u;

const test = (title: string): Reading => ({
  action: 'none',
  about: ['test'],
  severity: 'info',
  summary: title,
  reason: 'a test of LibreNMS',
});

interface Said {
  device: string;
  rule: string;
  how: string;
}

export const librenms: MailSource = {
  name: 'librenms',
  tags: true,
  read({ subject, text, from }) {
    const labels = labelsOf(text.slice(0, 64 * 1_024));
    const rule = labels.get('rule') ?? '';
    const title = subject.trim().slice(0, 1_000);
    const isTemplate = labels.has('unique-id') && labels.has('timestamp') && labels.has('severity');
    const isOurs =
      isTemplate || rule !== '' || labels.has('severity') || /librenms/iu.test(from + text.slice(0, 4_000));
    if (!isOurs) return null;
    if (TEST.test(title)) return [test(title)];
    const said = byTitle(title, rule) ?? (isTemplate && rule !== '' ? byTemplate(title, rule, labels) : null);
    if (said === null) return null;
    const { device, how } = said;
    const action: AlertEvent['action'] =
      how === 'recovered' ? 'resolve' : how === 'acknowledged' ? 'none' : 'trigger';
    return [
      {
        action,
        about: [device, said.rule],
        severity: severityOf(labels.get('severity') ?? ''),
        summary: title,
        reason:
          action === 'none'
            ? 'an acknowledgement in LibreNMS neither opens nor closes anything'
            : `read by its title: ${how}`,
        host: device,
        check: said.rule,
      },
    ];
  },
};

/** Device and rule may both hold dashes: the template's `Rule:` says where the one ends. */
function byTitle(title: string, rule: string): Said | null {
  // A rule's own name may end like that.
  const how =
    rule !== '' && title.endsWith(rule) ? undefined : HOW.exec(title)?.groups?.['how']?.toLowerCase();
  const problem = PROBLEM.exec(how === undefined ? title : title.replace(HOW, ''))?.groups?.['about'];
  if (problem !== undefined) return parted(problem, ' - ', rule, how ?? 'alert for device');
  const recovery = RECOVERY.exec(title)?.groups?.['about'];
  return recovery === undefined ? null : parted(recovery, ' recovered from ', rule, 'recovered');
}

function parted(about: string, between: string, rule: string, how: string): Said | null {
  const end = rule === '' ? '' : between + rule;
  if (end !== '' && about.endsWith(end)) return { device: about.slice(0, -end.length), rule, how };
  const at = about.indexOf(between);
  if (at < 1) return null;
  return { device: about.slice(0, at), rule: about.slice(at + between.length), how };
}

/** With a title of the team's own only the template tells: it gives the time elapsed when it is over, and only then. */
function byTemplate(title: string, rule: string, labels: Labels): Said {
  const how = HOW.exec(title)?.groups?.['how']?.toLowerCase();
  return {
    device: normaliseSummary(title.replace(HOW, '')),
    rule,
    how: labels.has('time elapsed') ? 'recovered' : (how ?? 'no time elapsed'),
  };
}
