/** The mail worker's thread: whatever a mail does to a parser, it does it here and not to the daemon. */
import { readOneMail } from './read-one.ts';
import { NO_RULES, type RuleSet } from '../formats/rules/rule-set.ts';
import { Ruler } from '../ruler.ts';
import { serveMails } from './serve.ts';

let rules: RuleSet | null = NO_RULES;
const ruler = new Ruler(() => rules);

serveMails(
  async (raw, job, begin) => {
    if (job.kind === 'events') {
      const { events } = await readOneMail(raw, job.context, ruler, begin);
      return { kind: 'events', events };
    }
    const { loadReplyParser, readReplyMail } = await import('../../messaging/reply-mail.ts');
    await loadReplyParser();
    begin();
    return { kind: 'reply', reply: await readReplyMail(raw, job.envelope) };
  },
  (told) => void (rules = told),
);
