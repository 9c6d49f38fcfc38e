/** The links by which messages are answered on a page, as the configuration has them. */
import type { Config } from '../config/types.ts';
import { ANSWER_PATH } from '../messaging/answer-page/path.ts';
import { makeToken } from '../messaging/token.ts';

/** Null without a public address of this relay: nobody could open them. */
export function answerLinks(config: Config, tokenKey: Uint8Array): ((messageId: string) => string) | null {
  const base = URL.parse(config.http?.publicUrl ?? '');
  if (base === null) return null;
  // As a browser writes it: a host name in other letters would make a text of it that takes twice the room.
  const at = base.href.replace(/[?#].*$/u, '').replace(/\/+$/u, '');
  return (messageId) => `${at}${ANSWER_PATH}${makeToken(tokenKey, messageId, 'link')}`;
}
