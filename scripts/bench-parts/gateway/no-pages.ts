import type { SystemPages } from '../../../src/flows/ports.ts';

/** Nobody looks at pages of the bench. */
export const NO_PAGES: SystemPages = {
  render: page => page.kind,
  renderNotice: () => '',
  tellEnd: () => '',
  asset: () => undefined,
  activityScript: { body: Buffer.alloc(0), contentType: 'text/javascript', etag: '""', cacheControl: 'no-cache' },
};
