import { usePage, usePointer } from '../page-context.ts';
import { Avatar } from './avatar.tsx';
import { Unread } from './unread.tsx';

/** Who sits in front of the page: one click to be somebody else. */
export function People() {
  const { state, become } = usePage();
  const pointed = usePointer();
  return (
    <section className="people" aria-labelledby="people-title">
      <h2 id="people-title" className="rail-title">
        You are
      </h2>
      <ul className="rail-list">
        {state.people.map(({ id, name, role, unread }) => (
          <li key={id}>
            <button
              type="button"
              className="rail-item person"
              aria-pressed={id === state.viewer}
              {...pointed(`person:${id}`)}
              onClick={() => become(id)}
            >
              <Avatar name={name} />
              <span className="person-words">
                <span className="person-name">{name}</span>
                <span className="person-role">{role}</span>
              </span>
              <Unread count={id === state.viewer ? 0 : unread} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
