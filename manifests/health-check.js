// Asks the bot beside it whether it is worth keeping: ends with 0 for yes. The image has no other program that could ask.
const { HEALTH_PORT, PORT, PORTCULLIS_CONFIG, SLACK_APP_TOKEN, SLACK_APP_TOKEN_FILE } = process.env;
// A configuration file says ports and tokens by itself: it has to name the same port for health.
const hasHealthPort = [PORTCULLIS_CONFIG, SLACK_APP_TOKEN, SLACK_APP_TOKEN_FILE].some((value) => value?.trim());
const port = hasHealthPort ? HEALTH_PORT : PORT?.trim() || '3000';

const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
process.exitCode = response?.ok ? 0 : 1;
