import { isIP } from 'node:net';
import { z } from 'zod';

/** 0 takes a free one. */
export const port = z.int().min(0).max(65_535);

/** Where something listens. */
export const listener = z.strictObject({
  address: z.string().refine(address => isIP(address) !== 0, 'not an IP address'),
  port,
});
