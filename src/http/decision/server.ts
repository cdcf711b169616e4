import type { CheckedClock } from '../../checked-clock.ts';
import type { Logger } from '../../log.ts';
import { type Metrics, noMetrics } from '../../metrics.ts';
import type { TokenStore } from '../../store/tokens.ts';
import { type RouteServer, serveRoutes } from '../health-routes.ts';
import { Answerer, type DecidedOrganization } from './answer.ts';
import { Authenticator } from './authenticate.ts';
import { decisionRoutes } from './routes.ts';

export interface DecisionServerOptions {
  /** By their keys. */
  readonly organizations: ReadonlyMap<string, DecidedOrganization>;
  readonly tokens: Pick<TokenStore, 'find' | 'used'>;
  /** Somebody has to check it now and then: by a clock that nobody knows to be right everything is closed. */
  readonly clock: CheckedClock;
  readonly log: Logger;
  /** Told of each answer; nobody unless given. */
  readonly metrics?: Metrics;
  /** 0 for any free one. */
  readonly port: number;
  /** Every address unless given. */
  readonly host?: string;
  /** For how long an answer may be used; 5 unless given. */
  readonly maxAgeSeconds?: number;
}

const usualMaxAgeSeconds = 5;

/** Answers programs that ask whether support may enter: `GET /v1/access` and `GET /v1/gate`. */
export function createDecisionServer(options: DecisionServerOptions): Promise<RouteServer> {
  const { organizations, tokens, clock, log, metrics = noMetrics, port, host } = options;
  const { maxAgeSeconds = usualMaxAgeSeconds } = options;
  let isAway = false;
  const onRead = (failure?: unknown): void => {
    if (failure === undefined) {
      if (isAway) log.info('Whether support may enter can be read again');
    } else if (!isAway) {
      log.warn({ err: failure }, 'Whether support may enter cannot be read: until it can be, the answer is "closed"');
    }
    isAway = failure !== undefined;
  };
  const authenticator = new Authenticator({ clock, tokens, log, onRead });
  const answerer = new Answerer({ organizations, clock, maxAgeSeconds, onRead });
  return serveRoutes(decisionRoutes({ authenticator, answerer, clock, metrics, log }), { port, host });
}
