import { useEffect, useState } from 'react';
import { countdown, formatSlackDate, inFull } from '../dates.ts';
import { usePage, usePointer } from '../page-context.ts';
import type { AtlasTrouble, PageAtlas } from '../protocol.ts';
import { useAct } from '../use-act.ts';
import { ActButton, ActError } from './act-button.tsx';

type Project = PageAtlas['projects'][number];
type Cluster = Project['clusters'][number];

/** Atlas as it stands, asked directly; what can be done here, somebody does in its web interface. */
export function Atlas() {
  const { state } = usePage();
  const { organization, projects } = state.atlas;
  return (
    <section className="atlas" aria-labelledby="atlas-title">
      <div className="middle-head">
        <h2 id="atlas-title">MongoDB Atlas</h2>
        <p className="middle-about">{organization}, simulated</p>
      </div>
      <div className="vendor-scroll">
        <Block />
        {projects.map((project) => (
          <ProjectPart key={project.id} project={project} />
        ))}
        <Trouble />
      </div>
    </section>
  );
}

function Block() {
  const { state, act } = usePage();
  const pointed = usePointer();
  const { busy, error, run } = useAct();
  const { blocked } = state.atlas;
  return (
    <div className="posture" data-blocked={blocked} id="atlas-block" tabIndex={-1} {...pointed('atlas-block')}>
      <p className="posture-words">
        <strong>{blocked ? 'Support is blocked' : 'Support can enter every cluster'}</strong>
        <span>{blocked ? 'Only a grant lets it in' : 'At any time, without a grant'}</span>
      </p>
      <button
        type="button"
        role="switch"
        className="switch"
        aria-checked={blocked}
        aria-label="Block support access"
        aria-busy={busy}
        onClick={() => void run(() => act({ kind: 'atlas-block', blocked: !blocked }))}
      >
        <span className="switch-track" aria-hidden="true">
          <span className="switch-thumb" />
        </span>
        <span aria-hidden="true">Block support access</span>
      </button>
      <ActError error={error} />
    </div>
  );
}

function ProjectPart({ project }: { readonly project: Project }) {
  const titleId = `project-${project.id}`;
  return (
    <section className="project" aria-labelledby={titleId}>
      <h3 id={titleId}>
        <span className="project-word">Project</span> {project.name}
      </h3>
      <ul className="clusters">
        {project.clusters.map((cluster) => (
          <ClusterItem key={cluster.name} projectId={project.id} cluster={cluster} />
        ))}
      </ul>
    </section>
  );
}

function ClusterItem({ projectId, cluster }: { readonly projectId: string; readonly cluster: Cluster }) {
  const { state, act, reader } = usePage();
  const { name, grant } = cluster;
  const id = `cluster-${projectId}-${name}`;
  const { blocked } = state.atlas;
  if (grant === undefined) {
    return (
      <li id={id} tabIndex={-1} className="cluster" data-open={!blocked || undefined}>
        <span className="cluster-name">{name}</span>
        <span className="cluster-state">{blocked ? 'Closed' : 'Not closed'}</span>
      </li>
    );
  }
  const until = new Date(grant.until);
  return (
    <li id={id} tabIndex={-1} className="cluster" data-open data-grant>
      <span className="cluster-name">{name}</span>
      <span className="cluster-state countdown">
        {until > reader.now ? `${countdown(until, reader.now)} left` : 'Over'}
      </span>
      <p className="cluster-more">
        {grant.typeLabel}, until{' '}
        <time dateTime={grant.until} title={inFull(until, reader)}>
          {formatSlackDate(until.getTime() / 1000, '{date_short_pretty} at {time}', grant.until, reader)}
        </time>
      </p>
      <ActButton
        className="small-button"
        aria-label={`Revoke in Atlas: ${name}`}
        onAct={() => act({ kind: 'atlas-revoke', projectId, cluster: name })}
      >
        Revoke in Atlas
      </ActButton>
      <ActButton
        className="small-button"
        aria-label={`Reach a host as MongoDB support: ${name}`}
        onAct={() => act({ kind: 'atlas-visit', projectId, cluster: name })}
      >
        Visit as support
      </ActButton>
    </li>
  );
}

const troubles: readonly { readonly trouble: AtlasTrouble; readonly name: string; readonly about: string }[] = [
  { trouble: 'none', name: 'Works', about: 'Atlas answers as it should.' },
  { trouble: 'slow', name: 'Slow', about: 'Atlas answers after three seconds.' },
  { trouble: 'refuse', name: 'Refuses', about: 'Atlas answers 429, too many requests, to everything.' },
  { trouble: 'fail', name: 'Fails', about: 'Atlas answers 500 to everything.' },
  { trouble: 'away', name: 'Away', about: 'Atlas cannot be reached.' },
];

function Trouble() {
  const { state, act } = usePage();
  const pointed = usePointer();
  const { error, run } = useAct();
  // What was chosen shows at once; what Atlas does is what counts afterwards.
  const [wish, setWish] = useState<AtlasTrouble>();
  const trouble = wish ?? state.atlas.trouble;
  const fulfilled = wish === state.atlas.trouble;
  useEffect(() => {
    if (fulfilled) setWish(undefined);
  }, [fulfilled]);
  const choose = (wanted: AtlasTrouble): Promise<void> =>
    run(async () => {
      setWish(wanted);
      const outcome = await act({ kind: 'atlas-trouble', trouble: wanted });
      if (!outcome.ok) setWish(undefined);
      return outcome;
    });
  return (
    <fieldset className="trouble" {...pointed('trouble')}>
      <legend>How Atlas answers Portcullis</legend>
      <div className="segments">
        {troubles.map((one) => (
          <label key={one.trouble} className="segment" data-bad={one.trouble === 'none' ? undefined : true}>
            <input
              type="radio"
              name="trouble"
              checked={one.trouble === trouble}
              onChange={() => void choose(one.trouble)}
            />
            {one.name}
          </label>
        ))}
      </div>
      <p className="trouble-about">{troubles.find((one) => one.trouble === trouble)?.about}</p>
      <ActError error={error} />
    </fieldset>
  );
}
