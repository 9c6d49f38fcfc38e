/** Several calls at once, but not all: what a store of five nodes takes without queueing up. */

export const AT_ONCE = 32;

/** Calls `work` for each item, at most `most` at a time; answers in the items' order. Rejects with the first error. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  most: number = AT_ONCE,
): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next;
      next += 1;
      try {
        answers[at] = await work(items[at] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return answers;
}
