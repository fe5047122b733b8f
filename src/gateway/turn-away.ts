import type { GatewayContext } from '../flows/gateway-context.ts';
import type { RequestVerdict } from '../flows/login/serve-request.ts';
import type { SplitCookies } from '../http-fields/gateway-cookies.ts';
import type { OwnResponses } from './own-responses.ts';
import { askForPurpose } from './purpose-path.ts';
import { sendToPortal } from './send-to-portal.ts';
import type { SystemRequest } from './system-request.ts';

/** Tells whoever may not pass why, or leads him to what is missing: a login, a purpose. */
export async function turnAway(
  context: GatewayContext,
  own: OwnResponses,
  to: SystemRequest,
  cookies: SplitCookies,
  verdict: Exclude<RequestVerdict, { kind: 'pass' }>,
): Promise<void> {
  if (verdict.kind === 'no-session') await sendToPortal(context, own, to, cookies, verdict);
  else if (verdict.reason === 'purpose-required') askForPurpose(own, to);
  else own.refuse(to, 403, { kind: 'denied', reason: verdict.reason }, verdict.reason);
}
