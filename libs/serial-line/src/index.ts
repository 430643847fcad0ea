export { openSerialMachineLine } from './machine-line.js';
export { parityControl } from './parity.js';
export { sasWire, sendSymbols } from './symbols-out.js';
