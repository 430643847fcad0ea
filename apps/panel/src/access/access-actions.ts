import type { Role } from '#kernel';

import type { ClientItem, StaffItem } from './access-items.js';

/** What somebody fills in. `lines`: one a line, none is null. `halls`: ids, one a line, or `*`. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'choice' | 'lines' | 'halls' | 'number';
  readonly value: string;
  readonly choices?: readonly string[];
  readonly hint?: string;
  readonly optional?: boolean;
}

/** Something that an administrator can do: a POST with a reason, and what else it needs. */
export interface AccessAction {
  readonly name: string;
  readonly path: string;
  /** Whom it is about, as they are called; undefined where it makes somebody new. */
  readonly about?: string;
  readonly fields: readonly Field[];
  /** Ends something, or cannot be undone. */
  readonly isGrave: boolean;
}

const root = '/api/v1';
export const clientRoles = ['integrator', 'gateway', 'regulator'] as const satisfies readonly Role[];
export const staffRoles = ['cashier', 'manager', 'regulator', 'administrator'] as const satisfies readonly Role[];

const action = (name: string, path: string, fields: readonly Field[] = [], isGrave = false): AccessAction => ({
  name,
  path,
  fields,
  isGrave,
});
const choice = (name: string, label: string, choices: readonly string[]): Field => ({
  name,
  label,
  kind: 'choice',
  value: choices[0] ?? '',
  choices,
});
const hallsField = (hallIds: readonly string[] | '*'): Field => ({
  name: 'hallIds',
  label: 'Halls',
  kind: 'halls',
  value: hallIds === '*' ? '*' : hallIds.join('\n'),
  hint: 'One id a line, or * for all, those to come included.',
});

export const registerClient: AccessAction = {
  name: 'Register a client',
  path: `${root}/clients`,
  fields: [
    { name: 'name', label: 'Name', kind: 'text', value: '' },
    choice('role', 'Role', clientRoles),
    hallsField([]),
  ],
  isGrave: false,
};

export const registerStaff: AccessAction = {
  name: 'Register a person',
  path: `${root}/staff`,
  fields: [
    { name: 'login', label: 'Login', kind: 'text', value: '', hint: 'What the person types to sign in.' },
    { name: 'name', label: 'Name', kind: 'text', value: '' },
    choice('role', 'Role', staffRoles),
    hallsField([]),
  ],
  isGrave: false,
};

export const addSigningKey: AccessAction = action('Rotate the signing key', `${root}/signing-keys`);

/** What can be done about a client as it is now. */
export function clientActions(client: ClientItem): readonly AccessAction[] {
  const at = `${root}/clients/${encodeURIComponent(client.id)}`;
  const overlap: Field = {
    name: 'overlapSeconds',
    label: 'The old secret is taken for so many seconds more',
    kind: 'number',
    value: '86400',
    hint: '0 where it leaked.',
  };
  const routes: Field = {
    name: 'routes',
    label: 'Only these routes',
    kind: 'lines',
    value: (client.routes ?? []).join('\n'),
    hint: 'One a line, such as GET /api/v1/halls. None: no limit.',
  };
  return aboutAll(client.name, [
    action('New secret', `${at}/secret`, [overlap]),
    ...shared(at, client, clientRoles),
    action('Limit routes', `${at}/routes`, [routes]),
    ...(client.contact ? [action('Erase contact', `${at}/contact/erase`, [], true)] : []),
    suspension(at, client.status === 'suspended'),
  ]);
}

/** What can be done about a member of staff as they are now; about an erased one, nothing. */
export function staffActions(member: StaffItem): readonly AccessAction[] {
  if (member.status === 'erased') return [];
  const at = `${root}/staff/${encodeURIComponent(member.id)}`;
  return aboutAll(member.login ?? member.id, [
    action('One-time password', `${at}/password`),
    ...shared(at, member, staffRoles),
    suspension(at, member.status === 'suspended'),
    action('Erase the person', `${at}/erase`, [], true),
  ]);
}

const aboutAll = (about: string, actions: readonly AccessAction[]): readonly AccessAction[] =>
  actions.map((each) => ({ ...each, about }));

function shared(at: string, item: ClientItem | StaffItem, all: readonly Role[]): readonly AccessAction[] {
  const missing = all.filter((role) => !item.roles.includes(role));
  const networks: Field = {
    name: 'networks',
    label: 'Only from these networks',
    kind: 'lines',
    value: (item.networks ?? []).join('\n'),
    hint: 'One a line, such as 192.0.2.0/24 or 2001:db8::/32. None: from anywhere.',
  };
  return [
    ...(missing.length > 0 ? [action('Grant a role', `${at}/roles/grant`, [choice('role', 'Role', missing)])] : []),
    ...(item.roles.length > 0
      ? [action('Revoke a role', `${at}/roles/revoke`, [choice('role', 'Role', item.roles)], true)]
      : []),
    action('Set halls', `${at}/halls`, [hallsField(item.hallIds)]),
    action('Set networks', `${at}/networks`, [networks]),
  ];
}

const suspension = (at: string, isSuspended: boolean): AccessAction =>
  isSuspended ? action('Reinstate', `${at}/reinstate`) : action('Suspend', `${at}/suspend`, [], true);

/** The body of the request: each field in the form that the platform takes, and why. */
export function bodyOf({ fields }: AccessAction, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const content = fields.map((field) => [field.name, contentOf(field, values[field.name] ?? field.value)]);
  return {
    ...(Object.fromEntries(content) as Record<string, unknown>),
    reason: (values['reason'] ?? '').trim(),
  };
}

function contentOf({ kind }: Field, value: string): unknown {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  switch (kind) {
    case 'text':
    case 'choice':
      return value.trim();
    case 'number':
      return Number(value);
    case 'lines':
      return lines.length === 0 ? null : lines;
    case 'halls':
      return lines.includes('*') ? '*' : lines;
  }
}

/** What an answer shows this once. */
export interface OnceShown {
  readonly label: string;
  readonly secret: string;
  /** Whose it is. */
  readonly of: string;
  /** What a client needs beside its secret. */
  readonly clientId?: string;
}

/** @returns undefined where the answer shows nothing that is shown once */
export function oneTimeSecretOf({ about = '' }: AccessAction, answer: object): OnceShown | undefined {
  const textOf = (name: string): string | undefined => {
    const value: unknown = Reflect.get(answer, name);
    return typeof value === 'string' ? value : undefined;
  };
  const of = about || (textOf('login') ?? textOf('name') ?? '');
  const [clientSecret, oneTimePassword, clientId] = ['clientSecret', 'oneTimePassword', 'clientId'].map(textOf);
  if (clientSecret !== undefined)
    return { label: 'Client secret', secret: clientSecret, of, ...(clientId === undefined ? {} : { clientId }) };
  return oneTimePassword === undefined ? undefined : { label: 'One-time password', secret: oneTimePassword, of };
}
