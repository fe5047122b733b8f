import { exportTable } from '../flows/operations/export-table.ts';
import { EXPORT_FORMATS, type ExportedTable } from '../flows/ports/files.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import { actorOf } from './desk-answer.ts';
import { answerFailure } from './failure-answer.ts';
import type { PortalHandler } from './locals.ts';
import { textField } from './middleware/bodies.ts';
import type { Portal } from './portal.ts';

/** Answers a POST with the table as a file; `format` of the form is `csv` or `ods`. */
export async function sendTable(
  portal: Portal,
  request: Parameters<PortalHandler>[0],
  response: Parameters<PortalHandler>[1],
  subject: string,
  table: Omit<ExportedTable, 'exportedBy' | 'exportedAt'>,
): Promise<void> {
  const asked = textField(request.body, 'format', 8);
  const format = EXPORT_FORMATS.find(each => each === asked) ?? 'csv';
  const outcome = await exportTable(portal.context, { actor: actorOf(response), format, subject, table });
  if (!outcome.ok) {
    answerFailure(portal, request, response, outcome.failure);
    return;
  }
  const name = `${subject}-${taipeiDayOf(portal.context.clock.now())}.${format}`;
  response.set('Content-Disposition', `attachment; filename="${name}"`);
  response.set('Cache-Control', 'no-store');
  response.type(outcome.file.contentType).send(Buffer.from(outcome.file.body));
}
