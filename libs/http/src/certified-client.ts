import { type PeerCertificate, TLSSocket } from 'node:tls';

import type { FastifyRequest } from 'fastify';

const known = new WeakMap<TLSSocket, string | null>();

/**
 * The client that a connection's certificate names: the common name of its subject, where the certificate was issued by the
 * authority that the server asks for. Null where none was shown, or another's. Looked at once a connection.
 */
export function certifiedClient({ raw: { socket } }: Pick<FastifyRequest, 'raw'>): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const before = known.get(socket);
  if (before !== undefined) return before;
  const name = socket.authorized ? commonName(socket.getPeerCertificate()) : null;
  known.set(socket, name);
  return name;
}

/** No certificate at all is an empty object, whatever the types say. */
function commonName(certificate: Partial<PeerCertificate>): string | null {
  const name = certificate.subject?.CN;
  return typeof name === 'string' ? name : null;
}
