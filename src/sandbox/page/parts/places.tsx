import { type Place, usePage, usePointer } from '../page-context.ts';
import { Unread } from './unread.tsx';

/** Where this person can look: the app's Home and the conversations. */
export function Places() {
  const { state } = usePage();
  const channels = state.conversations.filter(({ kind }) => kind === 'channel');
  const direct = state.conversations.filter(({ kind }) => kind === 'direct');
  return (
    <nav className="places" aria-label="Conversations">
      <h2 className="rail-title">App</h2>
      <ul className="rail-list">
        <PlaceItem place={{ kind: 'home' }} sign="⌂" name="Home" unread={0} />
      </ul>
      <h2 className="rail-title">Channels</h2>
      <ul className="rail-list">
        {channels.length === 0 && <li className="rail-none">In no channel</li>}
        {channels.map(({ id, name, unread }) => (
          <PlaceItem key={id} place={{ kind: 'conversation', id }} sign="#" name={name} unread={unread} />
        ))}
      </ul>
      <h2 className="rail-title">Direct messages</h2>
      <ul className="rail-list">
        {direct.length === 0 && <li className="rail-none">None yet</li>}
        {direct.map(({ id, name, unread }) => (
          <PlaceItem key={id} place={{ kind: 'conversation', id }} sign="@" name={name} unread={unread} />
        ))}
      </ul>
    </nav>
  );
}

interface PlaceItemProps {
  readonly place: Place;
  readonly sign: string;
  readonly name: string;
  readonly unread: number;
}

function PlaceItem({ place, sign, name, unread }: PlaceItemProps) {
  const { place: here, go, show } = usePage();
  const pointed = usePointer();
  const isHere = place.kind === 'home' ? here.kind === 'home' : here.kind !== 'home' && here.id === place.id;
  return (
    <li>
      <button
        type="button"
        className="rail-item"
        data-unread={unread > 0 || undefined}
        aria-current={isHere ? 'page' : undefined}
        {...pointed(place.kind === 'home' ? 'home' : `place:${place.id}`)}
        onClick={() => {
          go(place);
          show('conversation');
        }}
      >
        <span className="place-sign" aria-hidden="true">
          {sign}
        </span>
        <span className="place-name">{name}</span>
        <Unread count={unread} />
      </button>
    </li>
  );
}
