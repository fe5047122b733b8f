/** Whether a path on a business system's host is the gateway's own; nothing else there is (DESIGN §2). */
export function isOwnPath(path: string): boolean {
  return path === '/.gateway' || path.startsWith('/.gateway/');
}
