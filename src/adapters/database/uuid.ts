/** Whether `text` is a UUID as PostgreSQL writes it; another is no id of ours and is asked of nobody. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
