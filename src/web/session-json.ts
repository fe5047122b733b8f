import { noteOf, type Ender } from '../flows/sessions/find-enders.ts';
import type { ListedSession } from '../flows/sessions/list-sessions.ts';

/** A session for programs: what the page shows of it, and no more. */
export function sessionJson({ record, standing, endedBy }: ListedSession) {
  const { reference, method, authenticatedAt, clientAddress, systemIds, end } = record;
  return {
    reference,
    method,
    authenticatedAt,
    clientAddress,
    systemIds,
    standing,
    end: end && { reason: end.reason, at: end.at, by: endedBy && enderJson(endedBy), note: noteOf(record) },
  };
}

function enderJson(ender: Ender) {
  switch (ender.kind) {
    case 'login':
      return { kind: ender.kind, ...ender.login };
    case 'account':
      return { kind: ender.kind, name: ender.name };
    case 'operator':
    case 'same-browser':
    case 'gateway':
      return { kind: ender.kind };
  }
}
