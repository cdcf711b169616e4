import { countdown, formatSlackDate, inFull } from '../dates.ts';
import { usePage, usePointer } from '../page-context.ts';
import type { PagePortal } from '../protocol.ts';
import { ActButton } from './act-button.tsx';

type Tenant = PagePortal['tenants'][number];

const lets = 204;

/** The portal as it stands, asked directly, and a gate that asks Portcullis; who switches here does so in the portal itself. */
export function Portal() {
  const { state } = usePage();
  const pointed = usePointer();
  const { vendor, tenants } = state.portal;
  return (
    <section className="portal" aria-labelledby="portal-title">
      <div className="middle-head">
        <h2 id="portal-title" tabIndex={-1}>
          {vendor}
        </h2>
        <p className="middle-about">A vendor’s portal, simulated</p>
      </div>
      <div className="vendor-scroll">
        <ul className="clusters" {...pointed('portal')}>
          {tenants.map((tenant) => (
            <TenantItem key={tenant.id} tenant={tenant} />
          ))}
        </ul>
        <section className="project" aria-labelledby="gates-title">
          <h3 id="gates-title">Gates that ask Portcullis</h3>
          <ul className="clusters">
            {tenants.map((tenant) => (
              <GateItem key={tenant.id} tenant={tenant} />
            ))}
          </ul>
        </section>
      </div>
    </section>
  );
}

function TenantItem({ tenant: { id, name, on } }: { readonly tenant: Tenant }) {
  const { state, act } = usePage();
  const { vendor } = state.portal;
  return (
    <li className="cluster" data-open={on !== undefined || undefined} data-grant={on !== undefined || undefined}>
      <span className="cluster-name">{name}</span>
      {on === undefined ? <span className="cluster-state">Off</span> : <SwitchedOn on={on} />}
      <ActButton
        className="small-button"
        aria-label={`Switch ${on === undefined ? 'on' : 'off'} in ${vendor}: ${name}`}
        onAct={() => act({ kind: 'portal-switch', tenant: id, on: on === undefined })}
      >
        Switch {on === undefined ? 'on' : 'off'} in {vendor}
      </ActButton>
    </li>
  );
}

function SwitchedOn({ on }: { readonly on: NonNullable<Tenant['on']> }) {
  const { reader } = usePage();
  const { typeLabel, by } = on;
  const whose = by === 'program' ? 'by Portcullis' : 'by hand';
  if (on.until === undefined) {
    return (
      <>
        <span className="cluster-state">On</span>
        <p className="cluster-more">
          {typeLabel}, {whose}
        </p>
      </>
    );
  }
  const until = new Date(on.until);
  return (
    <>
      <span className="cluster-state countdown">
        {until > reader.now ? `${countdown(until, reader.now)} left` : 'Over'}
      </span>
      <p className="cluster-more">
        {typeLabel}, {whose}, until{' '}
        <time dateTime={on.until} title={inFull(until, reader)}>
          {formatSlackDate(until.getTime() / 1000, '{date_short_pretty} at {time}', on.until, reader)}
        </time>
      </p>
    </>
  );
}

function GateItem({ tenant: { name, gate } }: { readonly tenant: Tenant }) {
  const isOpen = gate.status === lets;
  return (
    <li className="cluster" data-open={isOpen || undefined}>
      <span className="cluster-name">In front of {name}</span>
      <span className="cluster-state">{isOpen ? 'Lets support in' : 'Keeps support out'}</span>
      <p className="cluster-more gate-question">
        <code>
          {gate.question} → {gate.status}
        </code>
      </p>
    </li>
  );
}
