export * from './bills.js';
export * from './crc.js';
export * from './denominations.js';
export { describeReply, describeRequest } from './describe.js';
export * from './exceptions.js';
export * from './fault.js';
export type { Field, Fields, Form, ValuesOf } from './field.js';
export { expectedReply, frameReply, frameRequest, highestBit, longestReply, type Framing } from './framing.js';
export { decodeRequest, encodeRequest, maximumAddress } from './host-messages.js';
export { definitionOf, definitionOfCode, longPolls, pollDefinitions } from './long-polls.js';
export type {
  Certainty,
  DeferredData,
  DeferredPollName,
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
export { registrationStatuses, transferStatuses, transferTypes } from './polls/aft-polls.js';
export { sasReferencePage } from './reference-page.js';
export type { SizedMeter } from './sized-meter.js';
