/** Writes cluster.yaml with its comments. */
import { dirname, relative } from 'node:path';
import { text } from '../../../setup/config-file.ts';
import { WHY_FIVE } from '../layout.ts';
import type { ClusterAnswers, HostWish } from './typed.ts';

type Line = string | null;

/** The text of the file at `path`; files below its folder are written relative to it, so that the folder can be moved. */
export function clusterText(answers: ClusterAnswers, path: string): string {
  const { hosts, domain, publicUrl, ssh, admins, mail, twilio } = answers;
  const file = (target: string): string => {
    if (!target.startsWith('/')) return text(target);
    const short = relative(dirname(path), target);
    return text(short.startsWith('..') ? target : short);
  };
  const key = (
    indent: number,
    name: string,
    value: string | number | boolean | undefined,
    write: (value: string) => string = text,
  ): Line =>
    value === undefined
      ? null
      : `${' '.repeat(indent)}${name}: ${typeof value === 'string' ? write(value) : String(value)}`;
  const lines: Line[] = [
    '# Written by `relay init --cluster`. Every key with its meaning: config/cluster.yaml in the source.',
    '# `relay cluster plan` shows what a change of it would do, `relay cluster apply` does it.',
    '',
    '# Alerts are mailed to addresses of it; its MX records name the hosts (plan prints them).',
    key(0, 'domain', domain),
    '# How others reach relay by HTTP.',
    key(0, 'publicUrl', publicUrl) ?? `# publicUrl: https://${domain}`,
    '',
    ...WHY_FIVE.map((line) => `# ${line}`),
    '# address: as everybody reaches the host; private: as hosts of the same provider do.',
    'hosts:',
    ...hosts.map(hostLine),
    '',
    "# How your ssh reaches them; what isn't said here is left to your ssh_config.",
    ...(Object.keys(ssh).length === 0
      ? ['# ssh: { user: root, key: ~/.ssh/id_ed25519 }']
      : ['ssh:', key(2, 'user', ssh.user), key(2, 'key', ssh.key, file), key(2, 'config', ssh.config, file)]),
    '# Networks that may come in by ssh. Empty: everybody, at a limited rate.',
    `admins: [${admins.map(text).join(', ')}]`,
    '',
    '# What relay.yaml has in common on all hosts, with its keys; files are those of this machine.',
    'relay:',
  ];
  if (mail !== undefined) {
    lines.push(
      '  # Pages by mail.',
      '  mail:',
      key(4, 'url', mail.url),
      key(4, 'from', mail.from),
      key(4, 'passwordFile', mail.passwordFile, file),
      key(4, 'replyTo', mail.replyTo),
      key(4, 'replyWorks', mail.replyWorks),
    );
  }
  if (twilio !== undefined) {
    lines.push(
      '  # Pages by SMS.',
      '  twilio:',
      key(4, 'accountSid', twilio.accountSid),
      key(4, 'authTokenFile', twilio.authTokenFile, file),
      key(4, 'from', twilio.from),
      key(4, 'baseUrl', twilio.baseUrl),
      key(4, 'pollSeconds', twilio.pollSeconds),
    );
  }
  lines.push(
    '  # Who is paged when nobody else is left; empty: everybody.',
    '  catchAll: []',
    '',
    '# Applied once, while the relay has no roster.',
    'roster: roster.yaml',
    '',
  );
  return lines.filter((line) => line !== null).join('\n');
}

function hostLine({ name, provider, address, private: near }: HostWish): string {
  const words = [`name: ${text(name)}`, `provider: ${text(provider)}`, `address: ${quoted(address)}`];
  if (near !== undefined) words.push(`private: ${quoted(near)}`);
  return `  - { ${words.join(', ')} }`;
}

/** An IPv6 address has colons. */
const quoted = (address: string): string => (/^[\d.]+$/u.test(address) ? address : JSON.stringify(address));
