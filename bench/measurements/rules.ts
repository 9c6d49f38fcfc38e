/** What the team's own rules cost: fifty with regular expressions, of which none is for the mail, so that all are tried. */
import { readFileSync } from 'node:fs';
import { readMail } from '../../src/relay/events/formats/index.ts';
import { messageOfMail } from '../../src/relay/events/formats/rules/message.ts';
import type { RuleSet } from '../../src/relay/events/formats/rules/rule-set.ts';
import { readFull } from '../../src/relay/events/mail/parse.ts';
import { Ruler } from '../../src/relay/events/ruler.ts';
import type { EventRule } from '../../src/relay/oncall/rule-types.ts';
import { fixtures } from '../../test/formats/fixtures.ts';
import { rounded, type Measurement } from '../measurement.ts';

const RULES = 50;
const MOST_US = 100;
const ROUND_MS = 4_000;

export const rules: Measurement = {
  name: 'rules',
  goal: `${RULES} rules with regular expressions tried on a mail: under ${MOST_US} µs; none costs nothing`,
  async run() {
    const files = fixtures().filter(({ http }) => http === null);
    const mails = await Promise.all(files.map(({ path }) => readFull(readFileSync(path), null)));
    const read = mails.map((mail) => ({ message: messageOfMail(mail), events: readMail(mail, 'default') }));
    const costUs = async (ruler: Ruler): Promise<number> => {
      let count = 0;
      const round = async (ms: number): Promise<void> => {
        const beganMs = performance.now();
        while (performance.now() - beganMs < ms) {
          for (const { message, events } of read) await ruler.apply(() => message, events);
          count += read.length;
        }
      };
      await round(ROUND_MS / 4);
      count = 0;
      const began = process.cpuUsage();
      await round(ROUND_MS);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / count;
    };
    const withoutUs = await costUs(new Ruler(() => null));
    const withUs = await costUs(new Ruler(() => SET));
    return {
      values: {
        microsecondsAMail: rounded(withUs, 1),
        microsecondsWithoutRules: rounded(withoutUs, 2),
        fixtures: files.length,
      },
      met: withUs < MOST_US && withoutUs < 1,
    };
  },
};

/** By the subject mostly, some by a line of the body, some by host and label besides. */
const ruleAt = (at: number): EventRule => ({
  id: `rule ${at}`,
  match:
    at % 5 === 4
      ? { body: { regex: [`^Rack:\\s+(?<rack>r${at}\\d*)$`] } }
      : {
          subject: {
            regex: [`^\\[(?<team>ops${at}|dba${at})\\]\\s+(?<host>[a-z]+\\d+)\\s+.*(disk|load|mem)`],
          },
          ...(at % 2 === 0 ? { 'label.team': { glob: ['dba*'] } } : {}),
        },
  set: { key: '{host}/{1}', service: 'db' },
});

const SET: RuleSet = {
  rules: Array.from({ length: RULES }, (_, at) => ruleAt(at)),
  services: ['default', 'db'],
  policies: ['default'],
  defaultService: 'default',
  version: 1,
};
