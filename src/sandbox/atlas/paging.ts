import { refusal } from './errors.ts';

/** The page that `pageNum` and `itemsPerPage` ask for, in the form that every list of the API has. */
export function pageOf<Item>(url: URL, items: readonly Item[]) {
  const pageNum = integerParameter(url, 'pageNum', 1, Number.MAX_SAFE_INTEGER);
  const itemsPerPage = integerParameter(url, 'itemsPerPage', 100, 500);
  const start = (pageNum - 1) * itemsPerPage;
  const links = [pageLink(url, 'self', pageNum, itemsPerPage)];
  if (pageNum > 1) links.push(pageLink(url, 'previous', pageNum - 1, itemsPerPage));
  if (start + itemsPerPage < items.length) links.push(pageLink(url, 'next', pageNum + 1, itemsPerPage));
  return {
    links,
    results: items.slice(start, start + itemsPerPage),
    ...(url.searchParams.get('includeCount') !== 'false' && { totalCount: items.length }),
  };
}

function pageLink(url: URL, rel: string, pageNum: number, itemsPerPage: number) {
  const target = new URL(url);
  target.searchParams.set('pageNum', String(pageNum));
  target.searchParams.set('itemsPerPage', String(itemsPerPage));
  return { href: target.href, rel };
}

function integerParameter(url: URL, name: string, fallback: number, maximum: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > maximum) {
    throw refusal(400, {
      errorCode: 'INVALID_QUERY_PARAMETER',
      detail: `Invalid query parameter ${name} specified.`,
      parameters: [name],
    });
  }
  return value;
}
