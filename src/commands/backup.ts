/** `relay backup`. The work is in src/cli/backup.ts and src/relay/backup/, loaded when the command runs. */
import { Command, Flags } from '@oclif/core';
import { CliError, EXIT } from '../cli/exit.ts';
import { processIo } from '../cli/process-io.ts';

export default class Backup extends Command {
  static override summary =
    'Write everything into one file, while relay goes on paging; or look at such files.';
  static override description =
    `The file holds all of the store, relay.yaml and the keys, and no passwords unless asked. It has mode 600, is checked \
before it gets its name, and relay restore puts it into an empty store, SQLite or Cassandra. Of several hosts, any one: \
run it on a host of relay, as root or as the user relay.`;
  static override examples = [
    'relay backup --to /var/backups/relay --keep 7',
    'relay backup --to ssh://backup@vault.example.com/srv/relay --keep 30',
    'relay backup --list /var/backups/relay',
    'relay backup --check relay-a1-20260102T030405Z.backup',
  ];
  static override flags = {
    to: Flags.string({
      description:
        'A folder (made if missing), ssh://[user@]host[:port]/path or host:path; default: this folder.',
      helpValue: 'PLACE',
      exclusive: ['list', 'check'],
    }),
    keep: Flags.integer({
      description: "Afterwards delete this host's older ones there, but the newest N.",
      helpValue: 'N',
      min: 1,
      exclusive: ['list', 'check'],
    }),
    'with-secrets': Flags.boolean({
      description: 'The passwords of relay.yaml (its …File keys) too.',
      exclusive: ['list', 'check'],
    }),
    list: Flags.string({ description: 'Only list the backups in a folder.', helpValue: 'DIR' }),
    check: Flags.string({
      description: 'Only read a backup to its end and check it; needs no store.',
      helpValue: 'FILE',
      exclusive: ['list'],
    }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Backup);
    const io = processIo();
    const { checkOne, listBackups, listedText, takeBackup, writtenText } = await import('../cli/backup.ts');
    const say = (json: unknown, text: () => string): void =>
      io.out(flags.json ? `${JSON.stringify(json, null, 2)}\n` : text());
    if (flags.list !== undefined) {
      const found = await listBackups(flags.list);
      say(found, () => listedText(found));
      return;
    }
    if (flags.check !== undefined) {
      const checked = await checkOne(flags.check, io);
      say(checked, () => {
        const { path, at, host, store, pieces, files } = checked;
        return `${path} is whole: ${pieces.toLocaleString('en')} pieces of ${host} (${store}) of ${at}, with ${files.join(', ')}\n`;
      });
      return;
    }
    if ((process.env['RELAY_URL'] ?? '') !== '')
      throw new CliError(
        EXIT.usage,
        'A backup holds relay.yaml and the keys, which only a host of relay has.',
        'Run it there, without RELAY_URL.',
      );
    const [{ loadConfigApart }, { connect }] = await Promise.all([
      import('../relay/config/load-apart.ts'),
      import('../cli/client.ts'),
    ]);
    const where = { flag: flags.config, env: process.env, cwd: process.cwd() };
    const [config, client] = await Promise.all([loadConfigApart(where), connect(flags, io)]);
    const wish = {
      config,
      client,
      to: flags.to ?? '.',
      keep: flags.keep ?? null,
      withSecrets: flags['with-secrets'],
    };
    const done = await takeBackup(wish, io);
    say(done, () => writtenText(done, flags['with-secrets']));
  }
}
