import { read } from './project.ts';

const sections = new Map<string, [name: string, value: string][]>();
let current: [string, string][] = [];
for (const line of read('manifests/portcullis.service').split('\n')) {
  const [, section] = /^\[(\w+)\]$/.exec(line) ?? [];
  if (section !== undefined) {
    current = [];
    sections.set(section, current);
  } else if (/^\w+=/.test(line)) {
    current.push([line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  }
}

/** The values of one directive of the systemd unit, in their order. */
export const unit = (section: string, directive: string): string[] =>
  (sections.get(section) ?? []).filter(([name]) => name === directive).map(([, value]) => value);
