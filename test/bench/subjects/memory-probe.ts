/** Loaded into the bot's process before the bot: says what the process holds whenever its parent asks. */
process.on('message', () => {
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss, heapUsed });
});
