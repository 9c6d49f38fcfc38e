/** The providers that all hosts share: one phone network and one mail server, which keep what they took. */
import { randomBytes } from 'node:crypto';
import { startMailbox, type Mailbox } from '../../src/standins/mailbox.ts';
import { startTwilioStandin, type TwilioStandin } from '../../src/standins/twilio.ts';

/** The number that pages come from. */
export const RELAY_PHONE = '+15550100';

export class Standins {
  readonly twilio: TwilioStandin;
  readonly mailbox: Mailbox;

  private constructor(twilio: TwilioStandin, mailbox: Mailbox) {
    this.twilio = twilio;
    this.mailbox = mailbox;
  }

  /** Both listen on loopback, on any free port. */
  static async start(): Promise<Standins> {
    const authToken = randomBytes(16).toString('hex');
    const twilio = await startTwilioStandin({ authToken, numbers: [RELAY_PHONE] });
    try {
      return new Standins(twilio, await startMailbox());
    } catch (error) {
      await twilio.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.twilio.close(), this.mailbox.close()]);
  }
}
