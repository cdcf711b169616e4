/** One sample of Prometheus's text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `/metrics` says at this port. */
export async function scrape(
  port: number | undefined,
): Promise<{ readonly response: Response; readonly samples: Sample[] }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  return { response, samples: text.split('\n').flatMap((line) => sampleIn(line)) };
}

function sampleIn(line: string): Sample[] {
  if (line === '' || line.startsWith('#')) return [];
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`Not a sample: ${line}`);
  const pairs = Array.from(
    labels.matchAll(/(\w+)="([^"]*)"/g),
    ([, key = '', content = '']) => [key, content] as const,
  );
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
}

/** The sum of the samples that have these labels; undefined where there are none. */
export function total(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number | undefined {
  const fitting = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, content]) => sample.labels[label] === content),
  );
  return fitting.length === 0 ? undefined : fitting.reduce((sum, { value }) => sum + value, 0);
}
