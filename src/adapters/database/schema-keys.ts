/** The table of keys, as the newest migration leaves it. */
export interface KeyTables {
  assertion_keys: { kid: string; made_at: Date; signs_from: Date; published_until: Date | null };
}
