import { findAuthority } from '../../accounts/authority.ts';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import { handOverNotice, HANDING_ROLES } from '../../flows/credentials/hand-over-notice.ts';
import type { PrintedDocument } from '../../flows/ports/files.ts';
import { NOTICE_STATES, type OutboxEntry } from '../../flows/ports/operations.ts';
import { OUTBOX_READERS } from '../audiences.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import type { ListQuery } from '../list-address.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';
import { sendTable } from '../table-file.ts';
import { NOTICE_STATE_WORDS, OPERATIONS, OUTBOX } from '../texts/operations.ts';
import { NOTICES_PER_PAGE, renderOutboxPage } from '../views/outbox-page.tsx';

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** An export is of what the filter gives, up to as many rows as a spreadsheet is looked at with. */
const EXPORT_ROWS = 500;

/** `GET /outbox`: notices to people within reach, newest first. */
export function showOutbox(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = readQuery(request.query);
    const number = Number(query['page'] ?? '1');
    const offset = (number - 1) * NOTICES_PER_PAGE;
    const found = await findEntries(portal, response, query, { offset, limit: NOTICES_PER_PAGE });
    if (wantsJson(request)) {
      response.json(found);
      return;
    }
    const desk = await composeDesk(portal, request, response);
    const names = await namesOf(portal, found.entries);
    const mayHandOver = desk.mayDecide && desk.authorities.some(({ role }) => HANDING_ROLES.includes(role));
    const hasMail = portal.context.mail !== undefined;
    response.type('html').send(renderOutboxPage({ desk, query, number, ...found, names, mayHandOver, hasMail }));
  };
}

/** `POST /outbox/:notice/hand-over`. */
export function handOver(portal: Portal): PortalHandler {
  return async (request, response) => {
    const actor = actorOf(response);
    const outcome = await handOverNotice(portal.context, { actor, noticeId: request.params['notice'] ?? '' });
    if (!outcome.ok) {
      await answerDeskFailure(portal, request, response, outcome.failure, [], () => Promise.resolve());
    } else if (wantsJson(request)) response.json({ ok: true });
    else response.redirect(303, '/outbox?state=handed-over');
  };
}

/** `GET /outbox/:notice/sheet`: the notice as a sheet to sign for. */
export function printSheet(portal: Portal): PortalHandler {
  return async (request, response) => {
    const { database, clock, documents } = portal.context;
    const { person, authorities } = visitorOf(response);
    const entry = await database.operations.findNotice(request.params['notice'] ?? '');
    const accountId = entry?.notice.accountId ?? null;
    const account = accountId === null ? undefined : await database.accounts.findAccount(accountId);
    const place = account === undefined ? { organisationId: '', unitId: null } : { ...account, accountId: account.id };
    if (entry === undefined || findAuthority(authorities, HANDING_ROLES, place) === undefined) {
      answerFailure(portal, request, response, { code: 'access-refused' });
      return;
    }
    const { name, loginName } = person.access.account;
    const sheet = composeSheet(entry, account?.name ?? '', `${name} (${loginName})`, clock.now());
    response.set('Cache-Control', 'no-store');
    response.type('application/pdf').send(Buffer.from(await documents.print(sheet)));
  };
}

/** `POST /outbox/export`: the list as filtered. */
export function exportOutbox(portal: Portal): PortalHandler {
  return async (request, response) => {
    const query = readQuery(request.body);
    const { entries } = await findEntries(portal, response, query, { offset: 0, limit: EXPORT_ROWS });
    const names = await namesOf(portal, entries);
    await sendTable(portal, request, response, 'notices', {
      title: OUTBOX.title,
      filter: new URLSearchParams(query).toString(),
      columns: [OPERATIONS.at, OUTBOX.to, OUTBOX.subject, OUTBOX.version, OPERATIONS.state],
      rows: entries.map(({ notice, state }) => [
        formatTaipeiTime(notice.createdAt),
        `${names.get(notice.accountId ?? '') ?? ''} ${notice.toAddress ?? ''}`.trim(),
        notice.subject,
        notice.textVersion,
        NOTICE_STATE_WORDS[state].text.zh,
      ]),
    });
  };
}

function readQuery(fields: unknown): ListQuery {
  const state = NOTICE_STATES.find(each => each === textField(fields, 'state', 20));
  const page = textField(fields, 'page', 5) ?? '';
  return { ...(state === undefined ? {} : { state }), ...(/^[1-9]\d{0,4}$/.test(page) ? { page } : {}) };
}

async function findEntries(
  { context }: Portal,
  response: Exchange[1],
  query: ListQuery,
  page: { readonly offset: number; readonly limit: number },
) {
  const { person, authorities } = visitorOf(response);
  const roles: readonly string[] = OUTBOX_READERS;
  const seesAll = authorities.some(({ role, scope }) => roles.includes(role) && scope.kind === 'everything');
  const state = NOTICE_STATES.find(each => each === query['state']);
  const filter = {
    ...(state === undefined ? {} : { state }),
    ...(seesAll ? {} : { organisationId: person.organisation.id }),
  };
  return context.database.operations.listNotices(filter, page);
}

async function namesOf({ context }: Portal, entries: readonly OutboxEntry[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { notice } of entries) {
    if (notice.accountId === null || names.has(notice.accountId)) continue;
    names.set(notice.accountId, (await context.database.accounts.findAccount(notice.accountId))?.name ?? '');
  }
  return names;
}

function composeSheet({ notice }: OutboxEntry, name: string, printedBy: string, printedAt: Date): PrintedDocument {
  return {
    title: OUTBOX.sheetTitle,
    formNumber: notice.textVersion,
    documentNumber: null,
    printedBy,
    printedAt,
    parts: [
      {
        kind: 'rows',
        heading: null,
        rows: [
          { label: OUTBOX.to, value: name },
          { label: OPERATIONS.at, value: `${formatTaipeiTime(notice.createdAt)} Asia/Taipei` },
          { label: OUTBOX.subject, value: notice.subject },
        ],
      },
      { kind: 'text', heading: OUTBOX.content, text: notice.body },
      {
        kind: 'signatures',
        heading: null,
        boxes: [
          { label: OUTBOX.handedBy, note: null },
          { label: OUTBOX.receivedBy, note: null },
        ],
      },
    ],
  };
}
