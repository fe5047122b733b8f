/** @param code of the operating system, for example `EADDRINUSE` */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
