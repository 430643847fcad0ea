import { machinePublicEvents } from '#machines';
import { playerPublicEvents } from '#players';
import { PublicCatalogue } from '#public-events';
import { walletPublicEvents } from '#wallets';

/** What sockets and callbacks carry. docs/reference/public-events.md describes it. */
export const publicEvents = new PublicCatalogue([...walletPublicEvents, ...machinePublicEvents, ...playerPublicEvents]);
