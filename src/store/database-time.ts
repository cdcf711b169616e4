import { type Db, type Document, MongoNetworkError } from 'mongodb';
import { bounded } from './bounded.ts';

/**
 * What time it is at the database. `hello` needs no right and answers with `localTime`, the server's own clock (MongoDB
 * manual, "hello"); every server since 4.4.2 has it. Throws when there is no such answer.
 */
export async function databaseTime(database: Db): Promise<Date> {
  const hello = (): Promise<Document> => bounded(database.command({ hello: 1 }));
  const { localTime } = await hello().catch((error: unknown) => {
    // The driver tries no plain command again, although the first on a connection that broke while it lay idle has to fail.
    if (error instanceof MongoNetworkError) return hello();
    throw error;
  });
  if (!(localTime instanceof Date)) throw new Error('MongoDB did not say what time it is');
  return localTime;
}
