/** The account itself, as the API shows it. */
import { rfc2822 } from './twilio-page.ts';

export function accountJson(account: {
  accountSid: string;
  authToken: string;
  accountStatus: string;
}): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${account.accountSid}`;
  return {
    sid: account.accountSid,
    owner_account_sid: account.accountSid,
    friendly_name: 'Stand-in',
    status: account.accountStatus,
    type: 'Full',
    auth_token: account.authToken,
    date_created: rfc2822(0),
    date_updated: rfc2822(0),
    subresource_uris: { messages: `${uri}/Messages.json`, calls: `${uri}/Calls.json` },
    uri: `${uri}.json`,
  };
}
