import type { BusinessSystem } from '../flows/ports.ts';
import type { RequestLimits } from '../flows/ports/upstream-settings.ts';
import { matchesPath } from '../policy/path-pattern.ts';

const AS_THE_GATEWAY: RequestLimits = {};

/** What a request to a system may take; what is absent is as the listener has it. @param path as routed */
export function limitsOf({ limitedRoutes }: BusinessSystem, path: string): RequestLimits {
  if (limitedRoutes.length === 0) return AS_THE_GATEWAY;
  return limitedRoutes.find(({ paths }) => paths === null || matchesPath(path, paths))?.limits ?? AS_THE_GATEWAY;
}
