/** `npm run docs:sas`: writes docs/reference/sas.md from the tables of the codec. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { sasReferencePage } from '#sas';

import { root } from './lib.mjs';

writeFileSync(join(root, 'docs/reference/sas.md'), sasReferencePage());
