/** What `relay init --systemd` says when it is done. */
import { toldText } from '../told.ts';
import type { Installed } from './install.ts';
import type { Removed } from './remove.ts';

/** Text for a terminal. */
export function installedText(installed: Installed, cwd: string): string {
  const { installation, version, previous, done, mail } = installed;
  const lines = [
    ...done.map((what) => `Done: ${what}.`),
    done.length === 0
      ? `Nothing changed: relay ${version} runs as relay.service.`
      : `relay ${version} runs as relay.service, now and after every boot.`,
    ...(previous === null ? [] : [`The release before it is kept: ${previous}.`]),
    'Whoever is in the group relay may command it: adduser NAME relay',
    'What it logs: journalctl -u relay -f',
    ...(mail === null
      ? []
      : [
          '',
          `Port 25 is held by ${mail.server}. So that it hands mail for Relay's domain on to Relay:`,
          ...mail.lines.map((line) => `  ${line}`),
          'All mail then comes from 127.0.0.1: leave 127.0.0.0/8 out of smtp.allowFrom in relay.yaml if',
          'strangers can mail to it, and only addresses with a key are taken.',
        ]),
  ];
  const told = installation.changed ? `${toldText(installation, { cwd, runs: true })}\n` : '';
  return `${told}${lines.join('\n')}\n`;
}

/** Text for a terminal. */
export function removedText({ done, kept }: Removed): string {
  return [
    ...(done.length === 0 ? ['Nothing to remove.'] : done.map((what) => `Done: ${what}.`)),
    ...(kept.length === 0
      ? []
      : [`Kept: ${kept.join(', ')}. With --purge they go too, and with them every incident.`]),
    '',
  ].join('\n');
}
