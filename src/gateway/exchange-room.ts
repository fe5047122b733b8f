import type { RequestVerdict } from '../flows/login/serve-request.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { ListenerSettings } from './listener-settings.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { OwnResponses } from './own-responses.ts';

/** What exchanges share; one per listener. */
export interface ExchangeRoom {
  readonly own: OwnResponses;
  readonly open: OpenExchanges;
  readonly settings: ListenerSettings;
  readonly log: GatewayLog;
}

export type PassedVerdict = Extract<RequestVerdict, { kind: 'pass' }>;
