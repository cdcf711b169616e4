/** A person by their initials, Portcullis by its mark. Beside a name: nothing to read out. */
export function Avatar({ name, isBot = false }: { readonly name: string; readonly isBot?: boolean }) {
  if (isBot) {
    return (
      <span className="avatar" data-bot aria-hidden="true">
        <Mark />
      </span>
    );
  }
  const initials = name.split(' ').map((word) => word.charAt(0));
  const hue = [...name].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 6;
  return (
    <span className="avatar" data-hue={hue} aria-hidden="true">
      {initials.slice(0, 2).join('')}
    </span>
  );
}

/** A gate that can be let down. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="mark">
      <path d="M5 10.5a7 7 0 0 1 14 0M5 10.5V18M19 10.5V18M8.5 5.5v14M12 4v17M15.5 5.5v14M5 10.5h14M5 15h14" />
    </svg>
  );
}
