import type { Actor } from '#kernel';

/** Who an actor is, in words. Names are resolved on reading, never stored with events. */
export interface ActorNames {
  /** null where the actor is not known, or was erased. */
  nameOf(actor: Actor): Promise<string | null>;
}

/** Injection token of the {@link ActorNames}. */
export const ACTOR_NAMES = Symbol('ActorNames');

/** Names kept per answer: the same few people and machines do most of what happens. */
export function rememberingNames(names: ActorNames): ActorNames {
  const known = new Map<string, Promise<string | null>>();
  return {
    nameOf: (actor) => {
      const key = `${actor.kind}:${actor.id}`;
      const name = known.get(key) ?? names.nameOf(actor);
      known.set(key, name);
      return name;
    },
  };
}
