/** The filters of a list as they stand in its address: the address is the state, so it can be kept and passed on. */
export type ListQuery = Readonly<Record<string, string>>;

/** The address of a list with `changes` made to its filters; an empty value removes one, and paging starts anew. */
export function listHref(path: string, query: ListQuery, changes: ListQuery = {}): string {
  const merged = { ...query, ...('page' in changes ? {} : { page: '' }), ...changes };
  const kept = Object.entries(merged).filter(([, value]) => value !== '');
  const search = new URLSearchParams(kept.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  return search === '' ? path : `${path}?${search}`;
}
