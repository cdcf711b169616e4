import { countdown, formatSlackDate, inFull } from '../dates.ts';
import { usePage } from '../page-context.ts';
import type { PagePortal } from '../protocol.ts';
import { ActButton } from './act-button.tsx';

type Tenant = PagePortal['tenants'][number];

const lets = 204;

/** The portal as it stands, asked directly, and gates that ask Portcullis; who switches here does so in the portal itself. */
export function Portal() {
  const { state } = usePage();
  const { vendor, tenants } = state.portal;
  return (
    <section className="portal" aria-labelledby="portal-title">
      <div className="middle-head">
        <h2 id="portal-title" tabIndex={-1}>
          {vendor}
        </h2>
        <p className="middle-about">A vendor’s portal, simulated, with gates that ask Portcullis</p>
      </div>
      <div className="vendor-scroll">
        <ul className="clusters">
          {tenants.map((tenant) => (
            <TenantItem key={tenant.id} tenant={tenant} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function TenantItem({ tenant: { id, name, on, gate } }: { readonly tenant: Tenant }) {
  const { state, act } = usePage();
  const { vendor } = state.portal;
  return (
    <li className="cluster" data-open={on !== undefined || undefined} data-grant={on !== undefined || undefined}>
      <span className="cluster-name">{name}</span>
      {on === undefined ? <span className="cluster-state">Off</span> : <SwitchedOn on={on} />}
      <Gate gate={gate} />
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

function Gate({ gate: { question, status } }: { readonly gate: Tenant['gate'] }) {
  const isOpen = status === lets;
  return (
    <p className="gate" data-open={isOpen || undefined}>
      Its gate <strong>{isOpen ? 'lets support in' : 'keeps support out'}</strong>
      <code>
        {question} → {status}
      </code>
    </p>
  );
}
