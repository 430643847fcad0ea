import { serialTransport } from './serial-transport.js';
import { tcpTransport } from './tcp-transport.js';
import type { Transport, TransportEvents } from './transport.js';

const serialScheme = 'serial:';

export const isSerial = (url: string): boolean => url.startsWith(serialScheme);
const rawSerial = /\?raw$/;
export const devicePath = (url: string): string => url.slice(serialScheme.length).replace(rawSerial, '');

/** Opens a line by its address: `tcp://host:port`, `serial:/dev/…`, each with `?raw` for plain bytes. */
export const openTransport = (url: string, events: TransportEvents): Transport =>
  isSerial(url) ? serialTransport(devicePath(url), rawSerial.test(url), events) : tcpTransport(url, events);
