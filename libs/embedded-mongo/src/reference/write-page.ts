import { writeFileSync } from 'node:fs';
import { referencePage } from './page.js';

writeFileSync('docs/reference/embedded-mongo.md', referencePage());
