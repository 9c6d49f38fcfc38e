/** What is found out about a domain that mail goes out from or comes in to. Types only. */

export interface DnsFinding {
  about: 'mx' | 'spf' | 'dmarc' | 'ptr';
  /** The name whose records these are. */
  domain: string;
  /** `unknown`: DNS didn't answer, or what it says can't be judged from here. */
  state: 'ok' | 'wrong' | 'unknown';
  text: string;
  /** The line for the zone that would put it right, as BIND writes it. */
  record?: string;
}

/** Whether mail to a domain comes in at this relay. Null: it can't be told from here. */
export interface WayBack {
  works: boolean | null;
  text: string;
}
