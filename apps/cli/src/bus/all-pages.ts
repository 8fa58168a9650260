/**
 * All items of a list that is answered in pages, in order.
 * @param readPage asks for the page after a cursor; its answer names the next cursor while there is more
 */
export async function allPages<Item>(
  readPage: (
    after: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next?: string | undefined }>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let after: string | undefined;
  do {
    const page = await readPage(after);
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}
