export { parityControl, type ParityControl } from './parity.js';
export { markedDecoder } from './marked-decoder.js';
export { openSerialMachineLine, type SerialMachineLine } from './machine-line.js';
export { descriptorOf, runsOf, sasWire, sendSymbols } from './symbols-out.js';
