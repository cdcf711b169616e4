import { advice, type Finding, good, listed, unknown, wrong } from '../../findings.ts';
import { type Project, ProviderError } from '../provider.ts';
import { type ClusterHosts, readClusterHosts } from './cluster-hosts.ts';
import { listProjects } from './projects.ts';
import { type Account, readRolesInProject } from './service-account.ts';

export interface ProjectsChecked {
  readonly findings: readonly Finding[];
  /** Said where the roles over the organization do not answer it. */
  readonly unseenIn?: Finding;
  /** Of the projects that could be read. */
  readonly clusters: readonly ClusterHosts[];
  /** How many projects could not. */
  readonly unread: number;
}

interface Seen {
  readonly project: Project;
  /** Absent: the account may not read the project. */
  readonly clusters?: readonly ClusterHosts[];
  /** Absent: cannot be seen. */
  readonly roles?: readonly string[];
}

const projectsAtOnce = 4;
const opens = ['GROUP_OWNER', 'GROUP_SUPPORT_ACCESS_MANAGER'];
const enough = ['GROUP_SUPPORT_ACCESS_MANAGER', 'GROUP_READ_ONLY'];

/**
 * What the account may do in each project: reading is tried, and whether it may open and close access is seen from the roles
 * that Atlas tells it of.
 */
export async function checkProjects(
  account: Account,
  organizationId: string,
  { manages, signal }: { readonly manages: boolean; readonly signal?: AbortSignal },
): Promise<ProjectsChecked> {
  const projects = await listProjects(account.api, organizationId, signal);
  const seen: Seen[] = [];
  for (let first = 0; first < projects.length; first += projectsAtOnce) {
    const some = projects.slice(first, first + projectsAtOnce);
    seen.push(...(await Promise.all(some.map((project) => look(account, project, signal)))));
  }
  const unread = seen.filter(({ clusters }) => clusters === undefined);
  const read = seen.filter(({ clusters }) => clusters !== undefined);
  const lacking = manages ? read.filter(({ roles }) => roles?.every((role) => !opens.includes(role)) === true) : [];
  const unseen = manages ? read.filter(({ roles }) => roles === undefined) : [];
  const fine = read.filter((one) => !lacking.includes(one) && !unseen.includes(one));
  const may = manages ? 'see clusters, and open and close access' : 'see clusters and their access';
  return {
    findings: [
      ...(fine.length === 0 ? [] : [good(`The service account may ${may} in ${namesOf(fine)}.`)]),
      ...unread.map(({ project }) => lacks('Project Read Only', project, 'sees nothing there')),
      ...lacking.map(({ project }) =>
        lacks('Project Support Access Manager', project, 'opens and closes nothing there'),
      ),
      ...read.flatMap(tooMany),
    ],
    unseenIn:
      unseen.length === 0
        ? undefined
        : unknown(
            `Whether the service account holds Project Support Access Manager in ${namesOf(unseen)} cannot be seen by it: the first grant there shows it.`,
          ),
    clusters: read.flatMap(({ clusters = [] }) => clusters),
    unread: unread.length,
  };
}

async function look(account: Account, project: Project, signal?: AbortSignal): Promise<Seen> {
  try {
    const clusters = await readClusterHosts(account.api, project, signal);
    return { project, clusters, roles: await readRolesInProject(account, project.id, signal) };
  } catch (error) {
    if (error instanceof ProviderError && (error.code === 'forbidden' || error.code === 'not-found')) {
      return { project };
    }
    throw error;
  }
}

const lacks = (role: string, { name }: Project, so: string): Finding =>
  wrong(`The service account lacks ${role} on the project ${name}: Portcullis ${so}.`, {
    mend: 'Give it that role on that project, under Project Identity & Access.',
    who: 'vendor-owner',
  });

function tooMany({ project, roles = [] }: Seen): Finding[] {
  const more = roles.filter((role) => !enough.includes(role));
  if (more.length === 0) return [];
  return [
    advice(`On the project ${project.name} the service account holds more than it needs: ${more.join(', ')}.`, {
      mend: 'Leave it Project Support Access Manager and Project Read Only.',
      who: 'vendor-owner',
    }),
  ];
}

const namesOf = (seen: readonly Seen[]): string => listed(seen.map(({ project }) => project.name));
