/** Where a link in a message leads. What the sandbox stands in for is shown on the page itself. */
export type LinkPlace =
  | { readonly kind: 'message'; readonly conversation: string; readonly ts: string }
  | { readonly kind: 'cluster'; readonly projectId: string; readonly cluster: string }
  | { readonly kind: 'block' }
  | { readonly kind: 'portal' }
  | { readonly kind: 'outside' }
  /** Not an address that a browser should follow. */
  | { readonly kind: 'nowhere' };

/** Permalinks as `chat.getPermalink` makes them; pages of Atlas as its web interface addresses them, and of the portal. */
export function placeOf(address: string): LinkPlace {
  if (!URL.canParse(address)) return { kind: 'nowhere' };
  const { protocol, hostname, pathname, hash } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return { kind: 'nowhere' };
  const [, conversation, seconds, micros] = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname) ?? [];
  if (conversation !== undefined) return { kind: 'message', conversation, ts: `${seconds}.${micros}` };
  const [, projectId] = /^\/v2\/([0-9a-f]{24})$/.exec(pathname) ?? [];
  const [, cluster] = /^#\/clusters\/detail\/([^/]+)$/.exec(hash) ?? [];
  if (projectId !== undefined && cluster !== undefined) {
    return { kind: 'cluster', projectId, cluster: decodeURIComponent(cluster) };
  }
  if (pathname === '/v2' && /^#\/org\/[0-9a-f]{24}\/settings\/general$/.test(hash)) return { kind: 'block' };
  if (hostname === '127.0.0.1' && pathname === '/settings/support') return { kind: 'portal' };
  return { kind: 'outside' };
}
