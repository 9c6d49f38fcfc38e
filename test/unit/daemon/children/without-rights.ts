/** Opens a database and a socket as a user who may not; prints what it is told, as JSON. */
import { createServer } from 'node:http';
import { claimSocket, listenOnSocket } from '../../../../src/relay/api/socket.ts';
import { openDatabase } from '../../../../src/relay/store/sqlite/database.ts';
import { failureOf } from '../../../../src/relay/store/sqlite/failure.ts';

const NOBODY = 65_534;
const [database = '', socket = ''] = process.argv.slice(2);
// Root may do everything, whatever the modes say.
if (process.getuid?.() === 0) process.setuid?.(NOBODY);

function opened(): string {
  try {
    openDatabase(database, 0).db.close();
    return 'opened';
  } catch (error) {
    return failureOf(error, database).message;
  }
}

async function listening(): Promise<string> {
  const server = createServer();
  try {
    await claimSocket(socket);
    await listenOnSocket(server, socket);
    server.close();
    return 'listening';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

process.stdout.write(JSON.stringify([opened(), await listening()]));
