/** `relay store logins`, which `relay cluster apply` runs on a host: there is no cqlsh. */
import { Command, Flags } from '@oclif/core';
import { CliError, EXIT } from '../../cli/exit.ts';
import { cureOf } from '../../cli/store-cure.ts';

export default class StoreLogins extends Command {
  static override hidden = true;
  static override summary = "Make the logins of Cassandra's nodes, as relay cluster apply does.";
  static override description =
    `Reads {"admin": {"user", "password"}, "relay": {"user", "password"}} from standard input. The administrator takes \
the place of the login that Cassandra is born with, or of the one that "former" names; relay gets its keyspace and what it needs there, and logins are kept \
in every datacenter; roles that "gone" names are dropped. Run again, it changes nothing.`;
  static override examples = ['relay store logins --json < logins.json'];
  static override flags = {
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StoreLogins);
    const [{ loadConfigApart }, { loginsWanted, makeStoreLogins }, { text }] = await Promise.all([
      import('../../relay/config/load-apart.ts'),
      import('../../relay/setup/store-logins.ts'),
      import('node:stream/consumers'),
    ]);
    const wanted = loginsWanted(await text(process.stdin));
    if (wanted === null) {
      throw new CliError(
        EXIT.usage,
        'Expected {"admin": {"user", "password"}, "relay": {"user", "password"}} as JSON on standard input.',
        'relay cluster apply gives it.',
      );
    }
    const config = await loadConfigApart({ flag: flags.config, env: process.env, cwd: process.cwd() });
    try {
      const { done, spread, refusing } = await makeStoreLogins(config, wanted);
      const refused = Object.entries(refusing).map(([node, why]) => `! ${node} lets nobody in yet: ${why}`);
      const lines = [...(done.length === 0 ? ['The logins are as they should be.'] : done), ...refused];
      process.stdout.write(
        flags.json ? `${JSON.stringify({ done, spread, refusing }, null, 2)}\n` : `${lines.join('\n')}\n`,
      );
    } catch (error) {
      if (!(error instanceof Error) || !/^Store\w+Error$/u.test(error.name)) throw error;
      throw new CliError(EXIT.failed, error.message, cureOf(error.message));
    }
  }
}
