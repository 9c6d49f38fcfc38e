/**
 * node:http without what an `import` of it brings along: that looks at each of its exports, and so loads all of Node's
 * fetch and WebSocket for three of them, 17 MB of this process' 64 (Node 26).
 */
import type * as Http from 'node:http';

const { createServer, get }: typeof Http = process.getBuiltinModule('node:http');

export { createServer, get };
