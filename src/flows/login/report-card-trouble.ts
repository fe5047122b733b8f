import type { Fact } from '../../audit/event.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { holdBack, strangerFrom } from './hold-back.ts';

/**
 * What a page says of a step of the card that failed on the person's own computer. Anybody can send it: it tells the
 * help desk what goes wrong and how often, and proves nothing.
 */
export interface CardTrouble {
  /** What the card was asked to sign for. */
  readonly purpose: string;
  /** State of the card dialogue, and for errors of the component where they come from. */
  readonly state: string;
  readonly trouble?: string | undefined;
  /** Major and minor code of the component, unsigned 32 bit. */
  readonly retCode?: number | undefined;
  readonly lastError?: number | undefined;
  readonly componentVersion?: string | undefined;
  /** Who is logged in in that browser, if anybody: a signature can fail as well as a login. */
  readonly accountId?: string | undefined;
}

/** Records it, marked as the client's word; beyond the limit of its address it is dropped without a word. */
export async function reportCardTrouble(
  context: GatewayContext,
  report: CardTrouble,
  origin: RequestOrigin,
): Promise<void> {
  const stranger = strangerFrom(origin);
  if ((await holdBack(context, 'trouble-report', stranger)) !== null) return;
  const { purpose, state, trouble, retCode, lastError, componentVersion, accountId } = report;
  const facts: Readonly<Record<string, Fact>> = {
    reportedByClient: true,
    purpose,
    state,
    ...(trouble === undefined ? {} : { trouble }),
    ...(retCode === undefined ? {} : { retCode: hex(retCode) }),
    ...(lastError === undefined ? {} : { lastError: hex(lastError) }),
    ...(componentVersion === undefined ? {} : { componentVersion }),
  };
  await context.database.record([
    composeEvent(context, 'card.trouble-reported', {
      // The page's word, whoever is logged in there: it is about his account, no act of his.
      ...stranger,
      accountId,
      facts,
    }),
  ]);
}

/** As the component's own tables write them. */
function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
