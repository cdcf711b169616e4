import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import { answerOrders } from './answer-orders.ts';

/** The least that answers the same question: the query is parsed, and one document is read by its index. */
const database = new MongoClient(process.env.MONGODB_URI ?? '').db(process.env.MONGODB_DATABASE);
const grants = database.collection('grants');
const server = createServer((request, response) => {
  const query = new URLSearchParams(request.url?.split('?')[1]);
  const slot = `${query.get('organization')}/${query.get('target')}`;
  void grants.findOne({ slot }).then((grant) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ open: grant?.state === 'active', expiresAt: grant?.confirmed.until }));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

answerOrders(() => port);
