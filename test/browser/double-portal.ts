import type { Browser } from '@playwright/test';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { ComponentDouble } from '../card-agent/component-double.ts';
import { buildAssets, launchChromium } from '../web/support/browser-pages.ts';
import { openCardWorld, type CardWorld } from '../web/support/cards.ts';
import { openTestPortal, type TestPortal, type TestPortalOptions } from '../web/support/portal.ts';

/** The real portal whose pages call the double of the component, a person's card that is bound there, and a browser. */
export interface DoublePortal {
  readonly component: ComponentDouble;
  readonly world: CardWorld;
  readonly card: IssuedCertificate;
  readonly portal: TestPortal;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openDoublePortal(options: Pick<TestPortalOptions, 'limits'> = {}): Promise<DoublePortal> {
  const component = await ComponentDouble.start();
  const world = await openCardWorld();
  const card = await world.issueCard();
  const portal = await openTestPortal({
    ...options,
    domain: 'gateway.localhost',
    assets: buildAssets(),
    trust: world.trust,
    componentOrigin: component.origin,
  });
  await world.bindCard(portal.context, portal.account, card);
  const browser = await launchChromium();
  return {
    component,
    world,
    card,
    portal,
    browser,
    async close() {
      await browser.close();
      await portal.close();
      await component.stop();
    },
  };
}
