import { z } from 'zod';
import type { LimitedRoute, RequestLimits } from '../flows/ports/upstream-settings.ts';
import { compilePathPattern } from '../policy/path-pattern.ts';
import { comparedPathSchema } from './routed-path.ts';

const MEBIBYTE = 1_048_576;

const limits = {
  /** What one request may carry; a tebibyte is no form any more. */
  contentMebibytes: z.number().positive().max(1_048_576).optional(),
  /** Until the head of the response comes; a report that takes longer than an hour belongs in a queue. */
  responseSeconds: z.number().positive().max(3_600).optional(),
  /** In which hardly any content comes, either way. */
  contentIdleSeconds: z.number().positive().max(3_600).optional(),
};

const isSaying = (said: object): boolean => Object.values(said).some(value => typeof value === 'number');

/** `limits` of a system: of all requests to it. */
export const limitsSchema = z.strictObject(limits).refine(isSaying, 'limits nothing; leave it out').transform(compose);

/** `routes` of a system: limits of some of its paths, the first that matches counts. */
export const routesSchema = z.array(
  z
    .strictObject({
      paths: z.array(comparedPathSchema).min(1),
      ...limits,
    })
    .refine(isSaying, 'limits nothing; leave it out')
    .transform(({ paths, ...said }) => ({ paths: paths.map(compilePathPattern), limits: compose(said) })),
);

/** What a path's own limits leave open is as the system's. */
export function composeRoutes(
  ofSystem: RequestLimits | undefined,
  routes: z.infer<typeof routesSchema>,
): readonly LimitedRoute[] {
  const own = routes.map(({ paths, limits }) => ({ paths, limits: { ...ofSystem, ...limits } }));
  return ofSystem === undefined ? own : [...own, { paths: null, limits: ofSystem }];
}

function compose(said: {
  readonly contentMebibytes?: number | undefined;
  readonly responseSeconds?: number | undefined;
  readonly contentIdleSeconds?: number | undefined;
}): RequestLimits {
  const { contentMebibytes, responseSeconds, contentIdleSeconds } = said;
  return {
    ...(contentMebibytes === undefined ? {} : { contentBytes: Math.floor(contentMebibytes * MEBIBYTE) }),
    ...(responseSeconds === undefined ? {} : { responseS: responseSeconds }),
    ...(contentIdleSeconds === undefined ? {} : { contentIdleS: contentIdleSeconds }),
  };
}
