import type { PageFile } from '../protocol.ts';

/** Files of a message: pictures are shown, everything else is a link. What was said with them describes the pictures. */
export function Files({ files, said }: { readonly files: readonly PageFile[]; readonly said: string }) {
  if (files.length === 0) return null;
  return (
    <div className="message-files">
      {files.map(({ id, name, title }) => (
        <a key={id} href={`/files/${id}`} target="_blank" rel="noreferrer">
          {name.endsWith('.png') ? <img src={`/files/${id}`} alt={`${title}: ${said}`} /> : `${title} (${name})`}
        </a>
      ))}
    </div>
  );
}
