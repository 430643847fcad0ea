import type { ReactNode } from 'react';

import { Chip } from '../components/chip.js';
import { formatInstant } from '../format/time.js';
import type { ClientItem, SigningKeyItem, StaffItem } from './access-items.js';

/** Access belongs to the platform, not to a hall: its times are told in UTC. */
const at = (instant: string): string => `${formatInstant(instant, 'UTC')} UTC`;
const hallsText = (hallIds: readonly string[] | '*'): string =>
  hallIds === '*' ? 'all halls' : counted(hallIds.length, 'hall');
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export function ClientRow({ client }: { readonly client: ClientItem }) {
  return (
    <Row
      name={client.name}
      reference={client.id}
      status={client.status}
      facts={[
        client.roles.join(', ') || 'no role',
        hallsText(client.hallIds),
        client.networks ? `from ${client.networks.join(', ')}` : 'from anywhere',
        client.routes ? `${counted(client.routes.length, 'route')} only` : undefined,
        client.previousSecretValidUntil ? `old secret until ${at(client.previousSecretValidUntil)}` : undefined,
        client.contact ? `contact: ${client.contact.name}` : undefined,
        client.suspendedFor ? `suspended: ${client.suspendedFor}` : undefined,
      ]}
    />
  );
}

export function StaffRow({ member }: { readonly member: StaffItem }) {
  return (
    <Row
      name={member.name ?? 'Erased'}
      reference={member.login ?? member.id}
      status={member.status}
      facts={[
        member.roles.join(', ') || 'no role',
        hallsText(member.hallIds),
        member.networks ? `from ${member.networks.join(', ')}` : 'from anywhere',
        member.mustChangePassword ? 'has a one-time password' : undefined,
        member.lockedUntil ? `locked until ${at(member.lockedUntil)}` : undefined,
        member.suspendedFor ? `suspended: ${member.suspendedFor}` : undefined,
      ]}
    />
  );
}

export function KeyRow({ signingKey }: { readonly signingKey: SigningKeyItem }) {
  return (
    <Row
      name={signingKey.kid.slice(0, 12)}
      reference={signingKey.kid}
      status={signingKey.state}
      facts={[`made ${at(signingKey.createdAt)}`, `signs from ${at(signingKey.activeFrom)}`]}
    />
  );
}

interface RowProps {
  readonly name: string;
  readonly reference: string;
  readonly status: string;
  readonly facts: readonly (string | undefined)[];
}

function Row({ name, reference, status, facts }: RowProps): ReactNode {
  return (
    <>
      <div className="access-name">
        <strong>{name}</strong>
        <code>{reference}</code>
        <Chip text={status} tone={toneOf(status)} />
      </div>
      <p className="access-facts">{facts.filter((fact) => fact !== undefined).join(' · ')}</p>
    </>
  );
}

function toneOf(status: string): 'good' | 'warn' | 'quiet' {
  if (status === 'active' || status === 'signing') return 'good';
  return status === 'suspended' ? 'warn' : 'quiet';
}
