import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** WCAG 2.1, 1.4.10 (AA): no scrolling in two directions down to this width. */
const NARROWEST = { width: 320, height: 568 };

export interface Gallery {
  /** Pictures of the whole page as it stands, at desktop and phone width; the page is left at desktop width. */
  keep(page: Page, name: string): Promise<void>;
  /** Pages that had to be scrolled sideways, with the width at which they had to. */
  readonly tooWide: readonly string[];
}

/** Pictures for people to look at, in a folder that stays; its place is printed once. */
export function openGallery(): Gallery {
  const folder = mkdtempSync(join(tmpdir(), 'moica-screenshots-'));
  process.stdout.write(`Screenshots: ${folder}\n`);
  const tooWide: string[] = [];
  const resize = async (page: Page, name: string, screen: { width: number; height: number }): Promise<void> => {
    await page.setViewportSize(screen);
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (width > screen.width) tooWide.push(`${name}: ${width} px at ${screen.width} px`);
  };
  return {
    tooWide,
    async keep(page, name) {
      await resize(page, name, NARROWEST);
      for (const [screen, size] of Object.entries(SCREENS).reverse()) {
        await resize(page, name, size);
        await page.screenshot({ path: join(folder, `${name}-${screen}.png`), fullPage: true, animations: 'disabled' });
      }
    },
  };
}
