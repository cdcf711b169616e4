import { spawn } from 'node:child_process';

/** The program that opens a page, where there is somebody to look at it. */
export function openerFor(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly command: string; readonly args: readonly string[] } | undefined {
  if (environment.CI !== undefined && environment.CI !== '') return undefined;
  switch (platform) {
    case 'darwin':
      return { command: 'open', args: [] };
    case 'win32':
      return { command: 'cmd', args: ['/c', 'start', ''] };
    default:
      return environment.DISPLAY || environment.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [] } : undefined;
  }
}

/** Tries to; whoever cannot be shown the page has its address. */
export function openBrowser(url: string): void {
  const opener = openerFor(process.platform, process.env);
  if (opener === undefined) return;
  const child = spawn(opener.command, [...opener.args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
