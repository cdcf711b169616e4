import { useEffect, useMemo, useState } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { SurfaceContext } from '../blocks/surface.ts';
import { listIn } from '../json.ts';
import { usePage } from '../page-context.ts';
import { ActError } from './act-button.tsx';

/** The app's Home, as published for this person. */
export function Home() {
  const { state, act } = usePage();
  const { viewer, home } = state;
  const homeId = home?.id ?? '';
  const [error, setError] = useState<string>();
  useEffect(() => {
    let here = true;
    void act({ kind: 'open-home', person: viewer }).then((outcome) => {
      if (here) setError(outcome.error);
    });
    return () => {
      here = false;
    };
  }, [act, viewer]);
  const press = useMemo(
    () => (blockId: string, actionId: string) =>
      act({ kind: 'view-action', person: viewer, viewId: homeId, blockId, actionId }),
    [act, viewer, homeId],
  );
  return (
    <section className="middle" aria-labelledby="middle-title">
      <div className="middle-head">
        <h2 id="middle-title">Home</h2>
        <p className="middle-about">Portcullis, as this person sees it</p>
      </div>
      <div className="middle-scroll home-page">
        <ActError error={error} />
        {home === undefined ? (
          <p className="waiting">Portcullis is getting it ready…</p>
        ) : (
          <SurfaceContext value={press}>
            <Blocks blocks={listIn(home.view.blocks)} />
          </SurfaceContext>
        )}
      </div>
    </section>
  );
}
