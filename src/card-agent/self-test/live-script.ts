/** The little of the DOM that the script touches; the agent is compiled without the browser's types. */
interface SelfTestElement {
  hidden: boolean;
  innerHTML: string;
  className: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
}

interface EventStream {
  addEventListener(type: 'message', listener: (event: { readonly data: string }) => void): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  close(): void;
}

export interface SelfTestWindow {
  readonly document: {
    readonly hidden: boolean;
    getElementById(id: string): SelfTestElement | null;
    addEventListener(type: 'visibilitychange', listener: () => void): void;
  };
  readonly location: { reload(): void };
  readonly EventSource: new (address: string) => EventStream;
}

/**
 * What runs in the self-test page: shows each change in the readers as the agent tells it. It is sent to the browser
 * as its own source text, so it must not use anything from outside its own body. Nobody looks at a hidden page, so it
 * lets go of the readers; a page that is shown again asks anew.
 */
export function showLive(page: SelfTestWindow): void {
  const results = page.document.getElementById('results');
  const live = page.document.getElementById('live');
  const stale = page.document.getElementById('stale');
  const token = results?.dataset['watch'];
  if (results === null || live === null || stale === null || token === undefined) return;

  const changes = new page.EventSource(`/selfTest/changes?token=${token}`);
  let wasHidden = false;
  changes.addEventListener('open', () => (live.hidden = false));
  changes.addEventListener('message', ({ data }) => (results.innerHTML = JSON.parse(data) as string));
  changes.addEventListener('error', () => {
    changes.close(); // the token was good for one connection
    live.hidden = true;
    stale.hidden = false; // the agent has ended, or tells too many pages already
    results.className = 'stale';
  });
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.hidden) {
      wasHidden = true;
      changes.close();
      live.hidden = true;
    } else if (wasHidden) page.location.reload();
  });
}
