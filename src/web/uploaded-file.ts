import type { UploadedFile } from './middleware/bodies.ts';

/** A file of an upload; undefined when none was chosen, or something else came under its name. */
export function uploadedFile(body: unknown, field: string): UploadedFile | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, field)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(body, field)?.value;
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !('name' in value) || !('type' in value)) {
    return undefined;
  }
  const { bytes, name, type } = value;
  if (!(bytes instanceof Uint8Array) || typeof name !== 'string' || typeof type !== 'string') return undefined;
  return bytes.length === 0 ? undefined : { bytes, name, type };
}
