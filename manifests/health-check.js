// Asks the bot beside it whether it is worth keeping: ends with 0 for yes. The image has no other program that could ask.
const { HEALTH_PORT, PORT, SLACK_APP_TOKEN, SLACK_APP_TOKEN_FILE } = process.env;
const port = SLACK_APP_TOKEN?.trim() || SLACK_APP_TOKEN_FILE?.trim() ? HEALTH_PORT : PORT?.trim() || '3000';

const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
process.exitCode = response?.ok ? 0 : 1;
