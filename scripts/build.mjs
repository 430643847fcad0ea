/** `npm run build`: compiles everything anew. */
import { build, install, requireNode } from './lib.mjs';

requireNode();
await install();
await build({ force: true });
