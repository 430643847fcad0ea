import { useEffect } from 'react';

import { addSigningKey, clientActions, registerClient, registerStaff, staffActions } from '../access/access-actions.js';
import type { ClientItem, SigningKeyItem, StaffItem } from '../access/access-items.js';
import { AccessList } from '../access/access-list.js';
import { ClientRow, KeyRow, StaffRow } from '../access/access-rows.js';
import { useItems } from '../access/use-items.js';
import { PageHeader } from '../components/page-header.js';
import { Link } from '../routing/navigation.js';
import type { AccessSection } from '../routing/route.js';

const sections: readonly { readonly section: AccessSection; readonly name: string }[] = [
  { section: 'clients', name: 'Clients' },
  { section: 'staff', name: 'Staff' },
  { section: 'keys', name: 'Keys' },
];

/** Who may: clients, staff and signing keys, for administrators. */
export function AccessPage({ section }: { readonly section: AccessSection }) {
  useEffect(() => {
    document.title = 'Access · Tallyhall';
  }, []);
  return (
    <>
      <PageHeader>
        <nav className="navigation" aria-label="Access">
          {sections.map((each) => (
            <Link
              key={each.section}
              to={{ page: 'access', section: each.section }}
              aria-current={each.section === section ? 'page' : undefined}
            >
              {each.name}
            </Link>
          ))}
        </nav>
      </PageHeader>
      <main className="page">
        <h1>Access</h1>
        {section === 'clients' && <Clients />}
        {section === 'staff' && <Staff />}
        {section === 'keys' && <Keys />}
      </main>
    </>
  );
}

function Clients() {
  const list = useItems<ClientItem>('clients');
  return (
    <AccessList
      list={list}
      title="Clients"
      create={registerClient}
      actionsOf={clientActions}
      row={(client) => <ClientRow client={client} />}
    />
  );
}

function Staff() {
  const list = useItems<StaffItem>('staff');
  return (
    <AccessList
      list={list}
      title="Staff"
      create={registerStaff}
      actionsOf={staffActions}
      row={(member) => <StaffRow member={member} />}
    />
  );
}

function Keys() {
  const { items, ...rest } = useItems<SigningKeyItem>('signing-keys');
  return (
    <AccessList
      list={{ ...rest, items: items?.map((key) => ({ ...key, id: key.kid })) }}
      title="Signing keys"
      create={addSigningKey}
      actionsOf={() => []}
      row={(key) => <KeyRow signingKey={key} />}
    />
  );
}
