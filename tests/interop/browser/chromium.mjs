// Debian's Chromium without a window, that calls nobody but who is asked for.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export async function open() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) {
    throw new Error('no Chromium: apt-get install chromium');
  }

  // A profile of its own is made and removed by Playwright.
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    close: () => browser.close(),

    // The page, with what it is to follow in its address; prepare is called before it is loaded.
    async visit(origin, settings, prepare = () => {}) {
      const page = await browser.newPage();
      page.on('pageerror', error => console.error(error));
      await prepare(page);
      await page.goto(`${origin}/#${new URLSearchParams({ key: process.env.SYNDICATION_KEY, ...settings })}`);
      return page;
    },
  };
}
