export function Unread({ count }: { readonly count: number }) {
  return count === 0 ? null : (
    <span className="unread">
      {count}
      <span className="visually-hidden"> unread</span>
    </span>
  );
}
