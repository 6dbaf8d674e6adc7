import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { ensureDebianPackages } from './debian-package.ts';

const PLACES = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A browser without a window. @throws Error with the command that installs one */
export async function startBrowser(): Promise<Browser> {
  const find = () => PLACES.find((path) => existsSync(path));
  await ensureDebianPackages({
    ...{ packages: ['chromium'], isThere: () => find() !== undefined },
    elsewhere: 'or any Chrome in its usual place',
  });
  // The sandbox needs rights that a user called root does not have.
  return chromium.launch({ executablePath: find() ?? '', args: ['--no-sandbox'] });
}
