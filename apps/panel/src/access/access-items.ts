import type { Role } from '#kernel';

export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

/** What clients and members of staff have in common. */
interface AccessItem {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly hallIds: readonly string[] | '*';
  /** From where they may come; null is from anywhere. */
  readonly networks: readonly string[] | null;
  readonly suspendedFor: string | null;
  readonly contact: Contact | null;
  readonly registeredAt: string;
}

/** `GET /api/v1/clients` */
export interface ClientItem extends AccessItem {
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly secretRotatedAt: string | null;
  readonly previousSecretValidUntil: string | null;
  /** The only routes; null is all that the roles allow. */
  readonly routes: readonly string[] | null;
}

/** `GET /api/v1/staff` */
export interface StaffItem extends AccessItem {
  /** Null, as the name, where the person was erased. */
  readonly login: string | null;
  readonly name: string | null;
  readonly status: 'active' | 'suspended' | 'erased';
  readonly mustChangePassword: boolean;
  readonly lockedUntil: string | null;
}

/** `GET /api/v1/signing-keys` */
export interface SigningKeyItem {
  readonly kid: string;
  readonly createdAt: string;
  readonly activeFrom: string;
  readonly state: 'upcoming' | 'signing' | 'verifying' | 'retired';
}
