import type { Actor } from '#kernel';
import type { PersonalData } from '#personal-data';

import type { CallerDirectory } from './caller-directory.js';

/** Where the sealed name of a member of staff is read. */
export type SealedNames = (staffId: string) => Promise<string | undefined>;

/** Names kept, and for how long: an erased person's name is gone from memory soon after. */
const maximumNames = 1_000;
const rememberedForMs = 60_000;

/** The name behind an actor of the history, as it is now. */
export class ActorNames {
  private readonly names = new Map<string, { readonly name: string | null; readonly until: number }>();

  constructor(
    private readonly directory: CallerDirectory,
    private readonly sealedNames: SealedNames,
    private readonly personalData: Pick<PersonalData, 'decrypt'>,
    private readonly now: () => number,
  ) {}

  /** Null where there is no name to know: an erased person, or one that is not there. Machines and the system are their ids. */
  async nameOf({ kind, id }: Actor): Promise<string | null> {
    if (kind === 'machine' || kind === 'system') return id;
    const key = `${kind}:${id}`;
    const known = this.names.get(key);
    if (known && known.until > this.now()) return known.name;
    const name = kind === 'staff' ? await this.staffName(id) : await this.clientName(id);
    this.names.delete(key);
    this.names.set(key, { name, until: this.now() + rememberedForMs });
    const [oldest] = this.names.keys();
    if (this.names.size > maximumNames && oldest !== undefined) this.names.delete(oldest);
    return name;
  }

  private async clientName(clientId: string): Promise<string | null> {
    const state = await this.directory.client(clientId);
    return state.status === 'missing' ? null : state.name;
  }

  private async staffName(staffId: string): Promise<string | null> {
    const sealed = await this.sealedNames(staffId);
    return sealed === undefined ? null : this.personalData.decrypt(staffId, 'name', sealed);
  }
}
