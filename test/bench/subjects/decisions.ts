import { MongoClient } from 'mongodb';
import { CheckedClock } from '../../../src/checked-clock.ts';
import { systemClock } from '../../../src/clock.ts';
import { createDecisionServer } from '../../../src/http/decision/server.ts';
import { createLogger } from '../../../src/log.ts';
import { atlasAccessTypes } from '../../../src/providers/atlas/access-types.ts';
import { demoSeed } from '../../../src/sandbox/atlas/demo-seed.ts';
import { databaseTime } from '../../../src/store/database-time.ts';
import { DirectoryStore } from '../../../src/store/directories.ts';
import { GrantStore } from '../../../src/store/grants.ts';
import { TokenStore } from '../../../src/store/tokens.ts';
import { answerOrders } from './answer-orders.ts';

/** Decisions on what is stored, by the code that the bot runs. Answers where it listens. */
const database = new MongoClient(process.env.MONGODB_URI ?? '').db(process.env.MONGODB_DATABASE);
const log = createLogger({ level: 'fatal' });
const clock = new CheckedClock({ clock: systemClock, reference: { read: () => databaseTime(database) }, log });
await clock.check();
const { organizationId } = demoSeed;
const { port } = await createDecisionServer({
  organizations: new Map([
    [
      'bench',
      {
        organizationId,
        grants: new GrantStore(database),
        directories: new DirectoryStore(database),
        provider: { capabilities: { accessTypes: atlasAccessTypes } },
      },
    ],
  ]),
  tokens: new TokenStore(database),
  clock,
  log,
  port: 0,
  host: '127.0.0.1',
});

answerOrders(() => port);
