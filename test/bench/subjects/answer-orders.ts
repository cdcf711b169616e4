/** A process that does what its parent tells it, one order at a time, and says when it is done and what came of it. */
export function answerOrders<Order, Answer>(carryOut: (order: Order) => Promise<Answer> | Answer): void {
  process.on('message', (order: Order) => {
    Promise.resolve(order)
      .then(carryOut)
      .then(
        (answer) => process.send?.({ answer }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
  });
  // Nobody is left to tell it anything.
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}
