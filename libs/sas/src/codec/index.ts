export * from './bills.js';
export * from './crc.js';
export * from './denominations.js';
export * from './exceptions.js';
export * from './fault.js';
export type { Field, Fields, ValuesOf } from './fields.js';
export { frameReply, frameRequest, highestBit, longestReply, type Framing } from './framing.js';
export { decodeRequest, encodeRequest, maximumAddress } from './host-messages.js';
export { definitionOf, definitionOfCode, longPolls, pollDefinitions } from './long-polls.js';
export type {
  PollDefinition,
  PollName,
  PollType,
  ReadPollName,
  RequestData,
  ResponseData,
  SetPollName,
} from './long-polls.js';
export { decodeReply, encodeReply } from './machine-messages.js';
export * from './messages.js';
export { maximumMetersIn2F, maximumMetersIn6F, type ExtendedMeterReading, type MeterReading } from './meter-fields.js';
export * from './meters.js';
export { codeOfEvent, realTimeLayouts, type DetailedEventName, type RealTimeEvent } from './real-time-events.js';
