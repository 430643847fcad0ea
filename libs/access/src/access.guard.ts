import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { permissionDenied, requirementOf, unauthenticated } from '#http';
import { type Caller, mayDo, type Permission } from '#kernel';

import { Authenticator } from './authenticator.js';

const scheme = 'bearer ';

/** The one decision before every route: who is it, and may they? Answers without waiting for a known caller. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    // Sockets are asked for their token when they connect, and for the permission with every message.
    if (context.getType() !== 'http') return true;
    const requirement = requirementOf(context.getHandler());
    if (!requirement) throw permissionDenied('Nobody may use this address.');
    if ('public' in requirement) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = tokenOf(request);
    const known = this.authenticator.known(token);
    if (known) return admit(request, known, requirement.permission);
    return this.admitUnknown(request, token, requirement.permission);
  }

  private async admitUnknown(request: FastifyRequest, token: string, permission: Permission): Promise<boolean> {
    return admit(request, await this.authenticator.authenticate(token), permission);
  }
}

function tokenOf({ headers: { authorization } }: FastifyRequest): string {
  if (authorization?.slice(0, scheme.length).toLowerCase() !== scheme)
    throw unauthenticated('token_required', 'Send an access token: Authorization: Bearer …');
  return authorization.slice(scheme.length).trim();
}

function admit(request: FastifyRequest, caller: Caller, permission: Permission): true {
  request.caller = caller;
  if (!mayDo(caller, permission)) throw permissionDenied(`${rolesOf(caller)} ${permission}.`);
  return true;
}

const rolesOf = ({ roles }: Caller): string =>
  roles.length === 1 ? `The role ${roles[0]} does not have` : `None of the roles ${roles.join(', ')} has`;
