/** The little of the DOM that the bridge touches; the agent is compiled without the browser's types. */
interface BridgeMessage {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
}

export interface BridgeWindow {
  readonly opener: { postMessage(text: string, targetOrigin: string): void } | null;
  readonly document: {
    getElementById(
      id: string,
    ): { hidden: boolean; readonly dataset: Readonly<Record<string, string | undefined>> } | null;
  };
  addEventListener(type: 'message', listener: (event: BridgeMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: BridgeMessage) => void): void;
  fetch(
    path: string,
    init: {
      readonly method: 'POST';
      readonly headers: Readonly<Record<string, string>>;
      readonly body: URLSearchParams;
      readonly redirect: 'error';
    },
  ): Promise<{ text(): Promise<string> }>;
  setTimeout(action: () => void, ms: number): unknown;
  close(): void;
}

/**
 * What runs in the popup. It is sent to the browser as its own source text, so it must not use anything from outside
 * its own body.
 *
 * Announces itself to the opener (`getTbs`), takes one request from it, has the agent carry it out, posts one reply
 * to the origin that asked and closes. Messages from any other window are ignored. An origin that is not on the
 * agent's list is answered with "forbidden domain" without its request (and PIN) going anywhere.
 */
export function bridgePopup(popup: BridgeWindow): void {
  const FORBIDDEN_DOMAIN = 0x7600000f;
  const HELPER_FAILED = 0x7600000d;
  /** Longer than any card operation; a popup whose page never asks does not stay on the desk. */
  const LIFE_MS = 175_000;

  const opener = popup.opener;
  const settings = popup.document.getElementById('bridge')?.dataset ?? {};
  const allowedOrigins = (settings['allowedOrigins'] ?? '').split(' ').filter(origin => origin !== '');

  if (opener === null) {
    const hint = popup.document.getElementById('no-opener');
    if (hint !== null) hint.hidden = false;
    return;
  }
  popup.addEventListener('message', receive);
  popup.setTimeout(() => popup.close(), LIFE_MS);
  opener.postMessage('{"func":"getTbs"}', '*'); // says nothing but "here I am"; the opener's origin is not known yet

  function receive(event: BridgeMessage): void {
    // a sandboxed page has the origin "null" and no address to answer to
    if (event.source !== opener || typeof event.data !== 'string' || event.origin === 'null') return;
    popup.removeEventListener('message', receive);
    void answer(event.data, event.origin).then(reply => {
      opener?.postMessage(reply, event.origin);
      popup.close();
    });
  }

  async function answer(request: string, origin: string): Promise<string> {
    const func = requestedFunc(request);
    const replyFunc = func === 'MakeSignature' ? 'sign' : func === 'DecryptData' ? 'decrypt' : 'pkcs11info';
    if (!allowedOrigins.includes(origin)) return refusal(replyFunc, FORBIDDEN_DOMAIN);
    try {
      const response = await popup.fetch(pathFor(func), {
        method: 'POST',
        headers: { 'popup-token': settings['token'] ?? '', 'page-origin': origin },
        body: new URLSearchParams({ tbsPackage: request }),
        redirect: 'error',
      });
      const reply = await response.text();
      if (isReply(reply)) return reply;
    } catch {
      // the agent was stopped while the popup was open
    }
    return refusal(replyFunc, HELPER_FAILED);
  }

  /** Refusals come with an error status and are replies all the same: their form decides, not the status. */
  function isReply(text: string): boolean {
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== 'object' || parsed === null || !('func' in parsed && 'ret_code' in parsed)) return false;
      return typeof parsed.func === 'string' && typeof parsed.ret_code === 'number';
    } catch {
      return false; // a fault has no body, and another program's page is no JSON
    }
  }

  function requestedFunc(request: string): string {
    try {
      const parsed: unknown = JSON.parse(request);
      const named = typeof parsed === 'object' && parsed !== null && 'func' in parsed ? parsed.func : '';
      return typeof named === 'string' ? named : '';
    } catch {
      return ''; // the agent answers what cannot be read
    }
  }

  function pathFor(func: string): string {
    if (func === 'CheckEnvir') return '/pkcs11info';
    if (func === 'GetUserCert') return '/pkcs11info?withcert=true';
    if (func === 'MakeSignature') return '/sign';
    return func === 'DecryptData' ? '/decrypt' : '/CardManagement/sendCardCommand';
  }

  function refusal(func: string, retCode: number): string {
    return JSON.stringify({ func, ret_code: retCode, last_error: 0 });
  }
}
