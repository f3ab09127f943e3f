/**
 * A headless Chromium of the system for the tests of the HTML report, driven by playwright-core, which brings none of its own. Where
 * there is none the suites are skipped and say so; in CI (environment variable CI) its absence is a failure.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of the browser; says so on standard error where there is none, and throws there in CI. */
export function browserFound(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  if (found !== undefined) return found;
  const reason = `no ${NAMES[0]} on the PATH (Debian: apt-get install chromium)`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(reason);
  process.stderr.write(`browser tests are skipped: ${reason}\n`);
  return undefined;
}

/** Without the sandbox: containers, where tests run as root, have none. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** Everything that a page complained about, and every address that it asked for beside its own. */
export interface Complaints {
  readonly errors: string[];
  readonly requests: string[];
}

/** Listens to a page from before it is opened. */
export function listen(page: Page, own: string): Complaints {
  const complaints: Complaints = { errors: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.errors.push(message.text());
  });
  page.on('pageerror', (error) => complaints.errors.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== own && !request.url().startsWith(`${own}#`))
      complaints.requests.push(request.url());
  });
  return complaints;
}
