import type { Logger } from 'pino';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { Assets } from './assets.ts';
import type { FormTokens } from './form-token.ts';
import type { PortalSettings } from './portal-settings.ts';

/** What every route of the portal works with; made once, in `app.ts`. */
export interface Portal {
  readonly context: GatewayContext;
  readonly settings: PortalSettings;
  readonly assets: Assets;
  readonly formTokens: FormTokens;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}
