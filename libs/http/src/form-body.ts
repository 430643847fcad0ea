import type { FastifyInstance } from 'fastify';

import { RequestRefused } from './request-refused.js';

const formType = 'application/x-www-form-urlencoded';

/** HTML form content, for the routes that take it; a field that is given twice is refused. */
export function acceptForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(formType, { parseAs: 'string' }, (request, text, done) => {
    if (request.routeOptions.config.acceptsForm !== true) {
      done(mediaTypeUnsupported(), undefined);
      return;
    }
    const fields = [...new URLSearchParams(text.toString())];
    const names = new Set(fields.map(([name]) => name));
    if (names.size === fields.length) done(null, Object.fromEntries(fields));
    else done(fieldTwice(), undefined);
  });
}

const mediaTypeUnsupported = (): RequestRefused =>
  new RequestRefused({ status: 415, code: 'media_type_unsupported', detail: 'Send the body as application/json.' });

const fieldTwice = (): RequestRefused =>
  new RequestRefused({ status: 400, code: 'request_malformed', detail: 'A form field is given twice.' });
