import { expect, it } from 'vitest';
import { describeSettings } from '../src/describe-settings.ts';
import { loadConfig, loadUsable } from '../src/load-config.ts';

const examples = Object.fromEntries(
  describeSettings().flatMap(({ name, example }) => (name === 'LEDGER_SIGNER_COMMAND' ? [] : [[name, example]])),
);

it('is the same as all of them, where all can be used', () => {
  const loaded = loadConfig(examples);
  const { problems, unusable, ...usable } = loadUsable(examples);
  expect({ ok: true, ...usable }).toEqual(loaded);
  expect({ problems, unusable }).toEqual({ problems: [], unusable: [] });
});

it.each(
  describeSettings()
    .filter(({ allowed }) => !allowed.startsWith('letters'))
    .map(({ name }) => name),
)('goes on without %s, when it cannot be used', (name) => {
  const env = { ...examples, [name]: ' not usable §' };
  const { config, problems, unusable } = loadUsable(env);
  expect(loadConfig(env)).toEqual({ ok: false, problems });
  expect(unusable).toContain(name);
  expect(JSON.stringify(config)).not.toContain('not usable');
});

it('names all that cannot be used, with nothing set', () => {
  const { unusable, secrets } = loadUsable({});
  const needed = describeSettings().flatMap(({ name, need }) => (need.kind === 'required' ? [name] : []));
  expect(unusable).toEqual(expect.arrayContaining([...needed, 'SLACK_SIGNING_SECRET']));
  expect(secrets).toEqual([]);
});

it('takes one of two that exclude each other', () => {
  const env = { ...examples, LEDGER_SIGNER_COMMAND: '/usr/bin/signer' };
  expect(loadUsable(env)).toMatchObject({ unusable: ['LEDGER_SIGNER_COMMAND'] });
});
