export { openSerialMachineLine, type SerialMachineLine } from './machine-line.js';
export { parityControl } from './parity.js';
export { descriptorOf, sasWire, sendSymbols } from './symbols-out.js';
