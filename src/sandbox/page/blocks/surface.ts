import { createContext, useContext } from 'react';
import type { Json, PageOutcome } from '../protocol.ts';

/** The message or view in which blocks stand: where what is pressed in them goes. */
export type Press = (blockId: string, actionId: string, value?: Json) => Promise<PageOutcome>;

const pressNothing: Press = async () => ({ ok: false, error: 'Nothing listens here.' });

export const SurfaceContext = createContext<Press>(pressNothing);

export const useSurface = (): Press => useContext(SurfaceContext);
