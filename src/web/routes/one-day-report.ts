import { widestScope } from '../../accounts/authority.ts';
import { addDays, isTaipeiDay } from '../../calendar/months.ts';
import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import { reportOneDayPasswords } from '../../flows/credentials/report-one-day-passwords.ts';
import { wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { renderOneDayReport } from '../views/one-day-report.tsx';

/** Back from today, both included, unless the address says otherwise. */
const USUAL_DAYS = 30;

/** `GET /one-day-passwords[?from=…&to=…]`: who used them within the visitor's reach (D1-152). */
export function showOneDayReport(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const { person, authorities } = visitorOf(response);
    const to = dayOf(request.query, 'to') ?? taipeiDayOf(context.clock.now());
    const given = dayOf(request.query, 'from') ?? addDays(to, 1 - USUAL_DAYS);
    // Turned round, the period is what was meant.
    const period = given <= to ? { from: given, to } : { from: to, to: given };
    const scopes = [widestScope(authorities, person.access.account.id)];
    const uses = await reportOneDayPasswords(context, { ...period, scopes });
    if (wantsJson(request)) {
      const people = uses.map(({ account, passwords, usedDays, isFlagged }) => ({
        account: account.loginName,
        name: account.name,
        enabled: passwords.length,
        usedDays,
        isFlagged,
      }));
      response.json({ ...period, people });
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderOneDayReport({ desk, ...period, uses }));
  };
}

function dayOf(query: unknown, name: string): TaipeiDay | undefined {
  const text = textField(query, name, 10);
  return text !== undefined && isTaipeiDay(text) ? text : undefined;
}
