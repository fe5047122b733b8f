import type { SystemPage } from '../../flows/ports.ts';
import { answerable, OwnResponses, type Answerable } from '../own-responses.ts';
import type { SystemRequest } from '../system-request.ts';

/** The gateway's own answers, which a proxy passes on to its client as they are. */
export class ForwardAuthAnswers extends OwnResponses {
  /** Traefik would take an address without a host for one of ours. */
  override redirect(to: SystemRequest, status: 302 | 303, location: string, extra: readonly string[] = []): void {
    super.redirect(to, status, new URL(location, to.system.origin).href, extra);
  }
}

/**
 * The same as nginx can take them: `auth_request` knows 401 and 403 and makes a 500 of everything else, passes no content
 * on, and of the fields those that its configuration names.
 */
export class NginxAnswers extends OwnResponses {
  override refuse(
    to: SystemRequest,
    status: number,
    _page: SystemPage,
    code: string,
    extra: readonly string[] = [],
  ): void {
    this.problem(answerable(to), status, code, extra);
  }

  override page(to: SystemRequest, status: number, page: SystemPage, extra: readonly string[] = []): void {
    this.problem(answerable(to), status, page.kind === 'denied' ? page.reason : page.kind, extra);
  }

  override problem(to: Answerable, status: number, code: string, extra: readonly string[] = []): void {
    const taken = status === 401 || status >= 500 ? status : 403;
    super.problem(to, taken, code, ['X-Gateway-Reason', code, ...extra]);
  }

  /** Whoever is to log in first, or to declare a purpose (303). */
  override redirect(to: SystemRequest, status: 302 | 303, location: string, extra: readonly string[] = []): void {
    const code = status === 302 ? 'not-logged-in' : 'purpose-required';
    const field = ['X-Gateway-Location', new URL(location, to.system.origin).href];
    this.problem(answerable(to), 401, code, [...field, ...extra]);
  }
}
