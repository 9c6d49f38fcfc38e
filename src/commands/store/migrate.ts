/** `relay store migrate`. The work is in src/relay/setup/, loaded when the command runs. */
import { Command, Flags } from '@oclif/core';
import { CliError, EXIT } from '../../cli/exit.ts';
import { migratedText } from '../../cli/render/migrated.ts';
import { cureOf } from '../../cli/store-cure.ts';

export default class StoreMigrate extends Command {
  static override summary =
    "Bring the store's schema up to date: once for all hosts, before the first start and with each upgrade.";
  static override description =
    `On Cassandra it makes the keyspace with store.cassandra.replication, keeps logins in every datacenter, and applies the \
steps that are missing, each when all nodes have agreed on the one before. Steps only add, so daemons may run meanwhile. \
Run again, it changes nothing; two at once wait for each other. On SQLite the daemon does it at its start.`;
  static override examples = ['relay store migrate --dry-run', 'relay store migrate'];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Change nothing; say what would be done.' }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreMigrate);
    const [{ loadConfigApart }, { secretsOf }, { migrateStore }] = await Promise.all([
      import('../../relay/config/load-apart.ts'),
      import('../../relay/config/secrets.ts'),
      import('../../relay/setup/migrate-store.ts'),
    ]);
    const config = await loadConfigApart({ flag: flags.config, env: process.env, cwd: process.cwd() });
    const say = (text: string): void => void process.stderr.write(`relay: ${text}\n`);
    // The driver tells of each node that doesn't answer; what matters of it is in the error or the notes.
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    try {
      const done = await migrateStore({
        config,
        secrets: secretsOf(config, process.env, say),
        dryRun: flags['dry-run'],
        onStep: (text) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`),
        log: silent,
      });
      process.stdout.write(
        flags.json ? `${JSON.stringify(done, null, 2)}\n` : migratedText(done, flags['dry-run']),
      );
    } catch (error) {
      if (!(error instanceof Error) || !/^Store\w+Error$/u.test(error.name)) throw error;
      throw new CliError(EXIT.failed, error.message, cureOf(error.message));
    }
  }
}
