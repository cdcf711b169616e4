import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJson, renderJson } from '../../../src/providers/portal/bodies.ts';
import { renderChange, renderUrl } from '../../../src/providers/portal/requests.ts';
import { parseTemplate, placeholders, type Template } from '../../../src/providers/portal/templates.ts';
import { ProviderError } from '../../../src/providers/provider.ts';

function template(text: string): Template {
  const parsed = parseTemplate(text, placeholders);
  return parsed.ok ? parsed.template : expect.fail(parsed.problem);
}

const json = (given: unknown) =>
  compileJson(given, placeholders, (path, problem) => expect.fail(`${path.join('.')} ${problem}`));

/** Whatever somebody may name a target: texts made to break out, and any others. */
const hostile = fc.oneof(
  fc.constantFrom(
    '"}',
    '\\',
    '../..',
    '?a=b',
    '#',
    '&x=1',
    '%2e%2e',
    'a/b',
    '{type}',
    "';--",
    '\n',
    '</script>',
    '+ +',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);

describe('a value stays where its placeholder stands', () => {
  it('in a segment of a path and in a query', () => {
    const url = template('https://api.example/v1/tenants/{target.id}/support?name={target.name}&last=1');
    fc.assert(
      fc.property(hostile, hostile, (id, name) => {
        fc.pre(!/^(\.|%2e){1,2}$/i.test(id) && id !== '');
        const address = renderUrl(url, { 'target.id': id, 'target.name': name });
        const read = new URL(address);
        expect(read.origin).toBe('https://api.example');
        expect(read.hash).toBe('');
        expect(read.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'v1', 'tenants', id, 'support']);
        expect([...read.searchParams]).toEqual([
          ['name', name],
          ['last', '1'],
        ]);
      }),
    );
  });

  it.each(['.', '..'])('and is refused where it would lead elsewhere: %s', (id) => {
    const url = template('https://api.example/v1/tenants/{target.id}/support');
    expect(() => renderUrl(url, { 'target.id': id })).toThrow(ProviderError);
    expect(() => renderUrl(template('https://api.example/a/.{target.id}'), { 'target.id': '.' })).toThrow(
      ProviderError,
    );
  });

  it('is refused where it is no text that can be sent', () => {
    const url = template('https://api.example/{target.id}');
    expect(() => renderUrl(url, { 'target.id': '\ud800' })).toThrow(ProviderError);
  });

  it('in JSON, as the content of a string, and keys are never touched', () => {
    const body = json({ a: 'x {target.name} y', deep: [{ '{type}': '{type}' }, true, 3, null] });
    fc.assert(
      fc.property(hostile, hostile, (name, type) => {
        const { body: sent = '' } = renderChange(
          { method: 'POST', url: template('https://api.example/'), json: body },
          { 'target.name': name, type },
        );
        expect(JSON.parse(sent)).toEqual({ a: `x ${name} y`, deep: [{ '{type}': type }, true, 3, null] });
      }),
    );
  });

  it('in a form', () => {
    const form = { name: template('{target.name}'), 'a&b': template('-{type}-') };
    fc.assert(
      fc.property(hostile, hostile, (name, type) => {
        const { body = '', headers } = renderChange(
          { method: 'POST', url: template('https://api.example/'), form },
          { 'target.name': name, type },
        );
        expect(headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
        expect([...new URLSearchParams(body)]).toEqual([
          ['name', name],
          ['a&b', `-${type}-`],
        ]);
      }),
    );
  });
});

it('makes numbers of what is nothing but a number', () => {
  const body = json({ seconds: '{durationSeconds}', at: '{untilEpochSeconds}', text: 'for {durationSeconds} s' });
  expect(renderJson(body, { durationSeconds: '3600', untilEpochSeconds: '1772370000' })).toEqual({
    seconds: 3600,
    at: 1772370000,
    text: 'for 3600 s',
  });
});

it('puts together any text without braces as it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/[{}]/.test(text));
      expect(template(text).render({}, (value) => value)).toBe(text);
    }),
  );
});

it.each([
  ['{process.env.HOME}', 'has {process.env.HOME}, which is not one of {target.id}'],
  ['{}', 'has {}, which'],
  ['{ target.id }', 'has { target.id }, which'],
  ['{target.id', 'has a brace that belongs to no placeholder'],
  ['}', 'has a brace that belongs to no placeholder'],
  ['{{target.id}}', 'has a brace that belongs to no placeholder'],
  ['{constructor}', 'has {constructor}, which'],
])('refuses %s', (text, problem) => {
  expect(parseTemplate(text, placeholders)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});

it('refuses in a body what JSON does not have, and says where it stands', () => {
  const problems: string[] = [];
  const report = (path: readonly (string | number)[], problem: string) => problems.push(`${path.join('/')} ${problem}`);
  compileJson({ a: [new Date(0), { b: '{nothing}' }], c: Number.NaN }, ['type'], report);
  expect(problems).toEqual([
    'a/0 is nothing that JSON has',
    'a/1/b has {nothing}, which is not one of {type}',
    'c is nothing that JSON has',
  ]);
});
