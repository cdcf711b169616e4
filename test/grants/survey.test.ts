import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newOrganization, type Organization } from '../../src/grants/organization.ts';
import { projectRead, surveyBegun, surveyEveryMs, surveyFailed, surveyOwed } from '../../src/grants/survey.ts';
import { at, hour, minute, second } from '../support/grants.ts';

const projects = ['one', 'two', 'three'].map((name) => ({ id: `p-${name}`, name }));
const fresh = surveyOwed(newOrganization('org1', 'C1', at(0)), at(0));
const begun = surveyBegun(fresh, projects, at(0));
const dueAt = ({ owed }: Organization) => owed.filter(({ kind }) => kind === 'survey').map((effect) => effect.dueAt);
const failure = (kind: 'in-vain' | 'limited' | 'temporary', retryAt = at(minute)) =>
  ({ reason: 'No role.', kind, retryAt }) as const;
const names = (organization: Organization) => organization.surveyed?.unread.map(({ name }) => name);

describe('a look at everything', () => {
  it('is owed once, at the start at once', () => {
    const later = { ...fresh, owed: fresh.owed.map((effect) => ({ ...effect, dueAt: at(hour) })) };
    expect(dueAt(surveyOwed(later, at(minute)))).toEqual([at(minute)]);
  });

  it('reads one project after the other, and begins again an hour after it began', () => {
    const read = projects.reduce((doc, { id }, index) => {
      expect(dueAt(doc)).toEqual([at(index * second)]);
      return projectRead(doc, id, at((index + 1) * second));
    }, begun);
    expect(dueAt(read)).toEqual([at(surveyEveryMs)]);
    expect(read).toMatchObject({ survey: undefined, surveyed: { unread: [] } });
  });

  it('goes on without a project that nobody may read, and names it', () => {
    const [, two, three] = projects;
    const without = surveyFailed(begun, failure('in-vain'), at(second));
    expect(without.survey?.left).toEqual([two, three]);
    expect(dueAt(without)).toEqual([at(second)]);
    const done = projectRead(projectRead(without, 'p-two', at(second)), 'p-three', at(second));
    expect(done.surveyed).toEqual({ at: at(second), unread: [{ name: 'one', reason: 'No role.' }] });
    expect(done.version).toBe(begun.version + 1);
  });

  it('tries three times what waiting may mend, and waits for a rate limit as long as its hour lasts', () => {
    const twice = surveyFailed(surveyFailed(begun, failure('temporary'), at(0)), failure('temporary'), at(0));
    expect(twice.survey?.left).toEqual(projects);
    expect(surveyFailed(twice, failure('temporary'), at(0)).survey?.left).toHaveLength(2);
    const limited = surveyFailed(surveyFailed(twice, failure('limited'), at(0)), failure('limited'), at(0));
    expect(limited.survey?.left).toEqual(projects);
    const over = surveyFailed(limited, failure('limited', at(hour)), at(59 * minute));
    expect(names(over)).toEqual(['one', 'two', 'three']);
    expect(dueAt(over)).toEqual([at(hour)]);
  });

  it('says that not even the projects could be listed, and goes on trying', () => {
    const failed = surveyFailed(fresh, failure('in-vain', at(5 * minute)), at(0));
    expect(failed.surveyed).toEqual({ at: at(0), unread: [], notListed: 'No role.' });
    expect(dueAt(failed)).toEqual([at(5 * minute)]);
    const read = projects.reduce((doc, { id }) => projectRead(doc, id, at(0)), surveyBegun(failed, projects, at(0)));
    expect(read.surveyed).toEqual({ at: at(0), unread: [] });
  });

  it('whatever fails, every project is read or named, none twice, and there is always a next look', () => {
    const step = fc.oneof(
      fc.constant('read' as const),
      fc.record({
        kind: fc.constantFrom('in-vain' as const, 'limited' as const, 'temporary' as const),
        waitMs: fc.integer({ min: 0, max: 2 * hour }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let doc = begun;
        let now = at(0);
        const read: string[] = [];
        for (const one of steps) {
          now = dueAt(doc)[0] ?? expect.fail('No look is owed');
          if (doc.survey === undefined) break;
          const [first] = doc.survey.left;
          if (one !== 'read') {
            doc = surveyFailed(doc, failure(one.kind, new Date(now.getTime() + one.waitMs)), now);
          } else if (first !== undefined) {
            read.push(first.name);
            doc = projectRead(doc, first.id, now);
          }
          const open = doc.survey?.left.map(({ name }) => name) ?? [];
          const unread = (doc.survey?.unread ?? doc.surveyed?.unread ?? []).map(({ name }) => name);
          expect([...read, ...unread, ...open].sort()).toEqual(projects.map(({ name }) => name).sort());
          expect(dueAt(doc)).toHaveLength(1);
        }
      }),
    );
  });
});
