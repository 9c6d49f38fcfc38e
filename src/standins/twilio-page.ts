/** Lists as the API shows them: in pages, newest first, each with the way to the next. */

const DEFAULT_PAGE_SIZE = 50;

/** What a page of one resource shows. */
export interface Paged {
  /** The whole path of the list. */
  path: string;
  /** What the list is called in the document, e.g. `messages`. */
  name: string;
}

/** One page of what was found, oldest first as it is given. The page token pins where the next one starts. */
export function pageOf<Entry extends { sid: string }>(
  { path, name }: Paged,
  found: readonly Entry[],
  query: URLSearchParams,
  json: (entry: Entry) => Record<string, unknown>,
): Record<string, unknown> {
  const newestFirst = [...found].reverse();
  const size = Number(query.get('PageSize') ?? DEFAULT_PAGE_SIZE);
  const number = Number(query.get('Page') ?? 0);
  const token = query.get('PageToken');
  const start = token === null ? 0 : newestFirst.findIndex((entry) => `PA${entry.sid}` === token) + 1;
  const shown = newestFirst.slice(start, start + size);
  const last = shown.at(-1);
  let next: string | null = null;
  if (last !== undefined && start + size < newestFirst.length) {
    const following = new URLSearchParams(query);
    following.set('PageSize', String(size));
    following.set('Page', String(number + 1));
    following.set('PageToken', `PA${last.sid}`);
    next = `${path}?${following.toString()}`;
  }
  return {
    first_page_uri: `${path}?PageSize=${size}&Page=0`,
    next_page_uri: next,
    previous_page_uri: null,
    page: number,
    page_size: size,
    start,
    end: start + shown.length - 1,
    uri: `${path}?${query.toString()}`,
    [name]: shown.map(json),
  };
}

/** A time as the API writes it: in whole seconds. */
export const rfc2822 = (atMs: number): string => new Date(atMs).toUTCString().replace('GMT', '+0000');
