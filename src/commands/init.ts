/** `relay init`: makes an installation. The work is in src/relay/setup/, loaded when the command runs. */
import { dirname, resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';
import { called } from '../cli/called.ts';
import { CliError, EXIT } from '../cli/exit.ts';
import { openTerminal } from '../cli/terminal.ts';
import type { Installation } from '../relay/setup/installation.ts';

export default class Init extends Command {
  static override summary =
    'Set relay up: asks, checks, and writes relay.yaml, keys and the database; or a cluster.yaml for five hosts.';
  static override description =
    `Each question has a flag; --yes takes the defaults for the rest and asks nothing. Run again, it changes nothing. \
As root it writes /etc/relay and /var/lib/relay, otherwise the folder --dir (./relay-data). \
Secrets are never flags: name a file, or set RELAY_MAIL_PASSWORD, RELAY_TWILIO_AUTH_TOKEN. With --cluster it sets nothing up here: it writes cluster.yaml, the first roster and cluster-secrets/ to --dir (./relay-cluster), for five hosts at three providers.`;
  static override examples = [
    '<%= config.bin %> init',
    'sudo <%= config.bin %> init --systemd',
    '<%= config.bin %> init --yes --domain alerts.example.com --mail smtp://mail.example.com:25 --person "ana=Ana,ana@example.com,+15550100"',
    '<%= config.bin %> init --cluster',
    '<%= config.bin %> init --cluster --yes --domain alerts.example.com --mail smtp://mail.example.com:25 --person "ana=Ana,ana@example.com" --host a1=hetzner,192.0.2.1 --host a2=hetzner,192.0.2.2 --host b1=ovh,198.51.100.1 --host b2=ovh,198.51.100.2 --host c1=netcup,203.0.113.1',
  ];
  static override usage = [
    'init [--dir DIR] [FLAGS]',
    'init --systemd [--release FILE] [FLAGS]',
    'init --systemd --remove [--purge]',
    'init --cluster [--dir DIR] [FLAGS]',
  ];
  static override flags = {
    cluster: Flags.boolean({
      description: 'Write cluster.yaml for five hosts, instead of setting up this one.',
      exclusive: ['http', 'smtp', 'skip-checks'],
    }),
    host: Flags.string({
      description:
        'With --cluster: a host, in an order that stays. Two at each of two providers, one at a third.',
      helpValue: 'NAME=PROVIDER,ADDRESS[,PRIVATE]',
      multiple: true,
      dependsOn: ['cluster'],
    }),
    'ssh-user': Flags.string({
      description: 'With --cluster: who ssh logs in as. Default: as your ssh_config says.',
      dependsOn: ['cluster'],
    }),
    'ssh-key': Flags.string({
      description: "With --cluster: key for ssh. Default: your agent's, or as your ssh_config says.",
      helpValue: 'FILE',
      dependsOn: ['cluster'],
    }),
    'ssh-config': Flags.string({
      description: 'With --cluster: another ssh_config than your own.',
      helpValue: 'FILE',
      dependsOn: ['cluster'],
    }),
    admin: Flags.string({
      description: 'With --cluster: a network that may come in by ssh. Default: any.',
      helpValue: 'CIDR',
      multiple: true,
      dependsOn: ['cluster'],
    }),
    yes: Flags.boolean({ description: 'Take the defaults and ask nothing.' }),
    dir: Flags.string({
      description: "Folder for everything. Default: ./relay-data; as root, the system's.",
    }),
    http: Flags.string({
      description: 'Take alerts by HTTP on. Default: 127.0.0.1:8080.',
      helpValue: 'HOST:PORT',
    }),
    'public-url': Flags.string({
      description: 'How others reach it, e.g. through a proxy.',
      helpValue: 'URL',
    }),
    smtp: Flags.string({
      description:
        'Take alerts by mail on. Default: 127.0.0.1:2525; as root 0.0.0.0:25, or 2525 if that is taken.',
      helpValue: 'HOST:PORT',
    }),
    domain: Flags.string({ description: "Domain alerts are mailed to. Default: this machine's name." }),
    mail: Flags.string({
      description: 'Mail server for pages, or none. Default: the one on 127.0.0.1:25, if one answers.',
      helpValue: 'smtp://USER@HOST:PORT',
    }),
    'mail-from': Flags.string({ description: 'Pages come from. Default: relay@DOMAIN.' }),
    'mail-password-file': Flags.string({ description: 'File with the password for it.', helpValue: 'FILE' }),
    'mail-reply-works': Flags.boolean({
      description: 'Mail to the domain reaches this machine, whatever relay finds out. Default: it looks.',
    }),
    'reply-to': Flags.string({ description: "Where answers go that relay can't take." }),
    'twilio-account-sid': Flags.string({ description: 'For pages by SMS.', helpValue: 'AC…' }),
    'twilio-token-file': Flags.string({ description: 'File with its auth token.', helpValue: 'FILE' }),
    'twilio-from': Flags.string({ description: 'Number that pages come from.', helpValue: '+1…' }),
    'twilio-base-url': Flags.string({ description: "Another address than Twilio's own.", helpValue: 'URL' }),
    'twilio-poll-seconds': Flags.integer({ description: 'How often to look for answers. Default: 5 or 60.' }),
    person: Flags.string({
      description: 'Somebody to page, in the order in which they are told.',
      helpValue: 'ID=NAME,MAIL,PHONE',
      multiple: true,
    }),
    systemd: Flags.boolean({
      description:
        'Run it on this machine for good: /opt/relay, a user, a service. A newer release: upgrade.',
      exclusive: ['dir', 'cluster'],
    }),
    release: Flags.string({
      description: 'With --systemd: the release to run. Default: the one this command is from.',
      helpValue: 'FILE',
      dependsOn: ['systemd'],
    }),
    remove: Flags.boolean({
      description: 'With --systemd: take away what it made; the data stay.',
      dependsOn: ['systemd'],
    }),
    purge: Flags.boolean({ description: 'With --remove: the data too.', dependsOn: ['remove'] }),
    'skip-checks': Flags.boolean({ description: "Don't ask the mail server, Twilio and the ports." }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const cwd = process.cwd();
    const path = (file: string | undefined): string | undefined =>
      file === undefined ? undefined : resolve(cwd, file);
    await using terminal = flags.yes || flags.json || flags.remove ? null : openTerminal();
    const typed = {
      publicUrl: flags['public-url'],
      domain: flags.domain,
      mail: flags.mail,
      mailFrom: flags['mail-from'],
      mailPasswordFile: path(flags['mail-password-file']),
      mailReplyWorks: flags['mail-reply-works'] ? true : undefined,
      replyTo: flags['reply-to'],
      twilioAccountSid: flags['twilio-account-sid'],
      twilioTokenFile: path(flags['twilio-token-file']),
      twilioFrom: flags['twilio-from'],
      twilioBaseUrl: flags['twilio-base-url'],
      twilioPollSeconds: flags['twilio-poll-seconds'],
      people: flags.person ?? [],
    };
    const common = {
      dir: flags.dir,
      terminal,
      cwd,
      env: process.env,
      warn: (text: string) => void process.stderr.write(`relay: ${text}\n`),
    };
    if (flags.cluster) {
      // `~` is for cluster.yaml to understand: then it stays true on another machine.
      const file = (name: string | undefined): string | undefined =>
        name?.startsWith('~/') === true ? name : path(name);
      const { clusterToldText, initCluster } = await import('../relay/hosts/inventory/wizard/init.ts');
      const done = await initCluster({
        ...common,
        typed: {
          ...typed,
          hosts: flags.host ?? [],
          sshUser: flags['ssh-user'],
          sshKey: file(flags['ssh-key']),
          sshConfig: file(flags['ssh-config']),
          admins: flags.admin ?? [],
        },
      });
      if (!done.changed) sayIgnored(flags, done.inventory);
      const name = called(process.env, dirname(done.inventory));
      process.stdout.write(flags.json ? `${JSON.stringify(done)}\n` : clusterToldText(done, cwd, name));
      return;
    }
    const [{ CheckError, init }, { toldText }] = await Promise.all([
      import('../relay/setup/init.ts'),
      import('../relay/setup/told.ts'),
    ]);
    try {
      const setUp = async (): Promise<Installation> => {
        const made = await init({
          ...common,
          typed: { ...typed, http: flags.http, smtp: flags.smtp },
          skipChecks: flags['skip-checks'],
          ownSecrets: flags.systemd,
        });
        if (!made.changed) sayIgnored(flags, made.config);
        return made;
      };
      if (flags.systemd) {
        const { initSystemd } = await import('../cli/init-systemd.ts');
        const { remove, purge, yes, json } = flags;
        await initSystemd({ release: path(flags.release), remove, purge, yes, json }, setUp);
        return;
      }
      const done = await setUp();
      const { config, socket, services, changed, notes, dns } = done;
      if (flags.json)
        process.stdout.write(`${JSON.stringify({ config, socket, services, changed, notes, dns })}\n`);
      else process.stdout.write(toldText(done, { cwd, relay: called(process.env, cwd) }));
    } catch (error) {
      if (error instanceof CheckError) {
        throw new CliError(
          EXIT.failed,
          // Several may be wrong, each with its cure below it.
          error.message.replace(/\n(?! )/gu, '\nrelay: '),
          error.findings.every(({ about }) => about === 'folder')
            ? 'Nothing was written.'
            : 'Nothing was written. To go on all the same: --skip-checks',
        );
      }
      throw error;
    }
  }
}

/** Of flags that answer no question. */
const NO_ANSWERS = new Set([
  'cluster',
  'yes',
  'dir',
  'systemd',
  'release',
  'remove',
  'purge',
  'skip-checks',
  'json',
]);

/** Nothing is changed by a second run: what it was told then isn't so, and nobody should believe it. */
function sayIgnored(flags: Record<string, unknown>, file: string): void {
  const ignored = Object.entries(flags)
    .filter(([name, value]) => value !== undefined && value !== false && !NO_ANSWERS.has(name))
    .map(([name]) => `--${name}`);
  if (ignored.length === 0) return;
  process.stderr.write(`relay: ${ignored.join(', ')} ignored: ${file} is there already, edit it instead\n`);
}
