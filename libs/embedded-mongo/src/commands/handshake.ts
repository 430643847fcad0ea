import { hostname } from 'node:os';
import type { AnswerDocument } from '../bson/encode.js';
import { DateTime, Double, int32 } from '../bson/values.js';
import { MAX_DOCUMENT_BYTES } from '../storage/documents.js';
import { MAX_MESSAGE_BYTES } from '../wire/framing.js';
import type { Commands, Request } from './command.js';
import { MAX_WRITE_BATCH } from './statements.js';

/** The server this engine answers as; wire version 21 goes with it. */
export const CLAIMED_VERSION = '7.0.14';
const VERSION_NUMBERS = [7, 0, 14, 0];
const WIRE_VERSION = 21;
const SESSION_MINUTES = 30;

/** The answer to the first message, whichever way it is asked. */
function hello({ connectionId, name }: Request): AnswerDocument {
  const primary = name === 'hello' ? { isWritablePrimary: true } : { ismaster: true, isWritablePrimary: true };
  return {
    helloOk: true,
    ...primary,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new DateTime(BigInt(Date.now())),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}

function buildInfo(): AnswerDocument {
  return {
    version: CLAIMED_VERSION,
    versionArray: VERSION_NUMBERS,
    gitVersion: 'embedded',
    modules: ['embedded-mongo'],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'embedded engine',
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['lmdb'],
  };
}

function serverStatus({ engine }: Request): AnswerDocument {
  const uptimeMs = Date.now() - engine.startedAtMs;
  const memory = process.memoryUsage();
  return {
    host: hostname(),
    version: CLAIMED_VERSION,
    process: 'embedded-mongo',
    pid: BigInt(process.pid),
    uptime: new Double(Math.floor(uptimeMs / 1_000)),
    uptimeMillis: BigInt(uptimeMs),
    localTime: new DateTime(BigInt(Date.now())),
    connections: { current: engine.connections },
    metrics: { commands: { total: BigInt(engine.commandsServed) }, cursor: { open: { total: engine.cursors.size } } },
    mem: { bits: 64, resident: Math.floor(memory.rss / 2 ** 20) },
    storageEngine: { name: 'lmdb', persistent: true },
  };
}

const parameters = { featureCompatibilityVersion: { version: '7.0' } };

function getParameter({ body }: Request): AnswerDocument {
  const asked = body.get('getParameter');
  return asked === '*' || body.has('featureCompatibilityVersion') ? parameters : {};
}

const nobody = {
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
};

const quietly = { fields: 'any', run: () => ({}) } as const;
const greeting = { fields: 'any', run: hello } as const;

export const handshakeCommands: Commands = {
  hello: greeting,
  isMaster: greeting,
  ismaster: greeting,
  ping: quietly,
  endSessions: quietly,
  refreshSessions: quietly,
  killSessions: quietly,

  buildInfo: { fields: 'any', run: buildInfo },
  buildinfo: { fields: 'any', run: buildInfo },
  serverStatus: { fields: 'any', run: serverStatus },
  getParameter: { fields: 'any', run: getParameter },
  connectionStatus: { fields: 'any', run: () => nobody },
  whatsmyuri: { fields: 'any', run: () => ({ you: 'client' }) },
  getLog: { fields: 'any', run: () => ({ totalLinesWritten: int32(0), log: [] }) },
  hostInfo: {
    fields: 'any',
    run: () => ({ system: { hostname: hostname() }, os: { type: process.platform }, extra: {} }),
  },
  getCmdLineOpts: {
    fields: 'any',
    run: ({ engine }) => ({ argv: ['embedded-mongo'], parsed: { net: engine.address } }),
  },
};
