import type { Organization } from '../grants/organization.ts';
import { projectRead, surveyBegun, surveyFailed } from '../grants/survey.ts';
import { type Provider, ProviderError } from '../providers/provider.ts';
import { type FoundDependencies, recordFound } from './found-access.ts';
import { type Random, retryDelayMs } from './retry.ts';
import type { Attempt, Result } from './worker.ts';

export interface SurveyDependencies extends FoundDependencies {
  readonly provider: Provider;
  readonly random: Random;
}

const backoff = { baseMs: 5_000, maxMs: 5 * 60_000 };

/**
 * Looks for what is open without a record: one attempt lists the projects, each one after it reads one of them, so that none
 * takes long. What was not read is said to be so, and never taken for closed.
 */
export async function survey(
  dependencies: SurveyDependencies,
  organization: Organization,
  attempt: Attempt<Organization>,
): Promise<Result<Organization>> {
  const { provider, grants } = dependencies;
  const [project] = organization.survey?.left ?? [];
  try {
    if (project === undefined) {
      const projects = await provider.listProjects();
      return (doc, now) => surveyBegun(doc, projects, now);
    }
    const held = await provider.listAccess(project);
    const open = held.filter(({ reading }) => reading.state === 'open');
    const live = open.length === 0 ? [] : await grants.live(organization._id);
    const known = new Set(live.map(({ target }) => target.id));
    for (const { target } of open.filter((one) => !known.has(one.target.id))) {
      // Each takes calls of its own: the lease has to outlast them.
      if ((await attempt.write((doc) => doc)) === undefined) return (doc) => doc;
      await recordFound(dependencies, organization._id, target);
    }
    return (doc, now) => projectRead(doc, project.id, now);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    dependencies.log.warn(
      { err: error, organizationId: organization._id, project: project?.name },
      'What is open could not be read; it is not taken for closed',
    );
    return failed(dependencies, error);
  }
}

function failed({ random }: SurveyDependencies, error: ProviderError): Result<Organization> {
  return (doc, now) => {
    const attempts = (doc.owed.find(({ kind }) => kind === 'survey')?.attempts ?? 0) + 1;
    const retryAt = new Date(now.getTime() + retryDelayMs(attempts, backoff, random, error.retryAfterMs));
    const kind = error.code === 'rate-limited' ? 'limited' : error.temporary ? 'temporary' : 'in-vain';
    return surveyFailed(doc, { reason: error.message, kind, retryAt }, now);
  };
}
