/** Lets other terminals speak to the cluster that one of them runs: a line each way over a socket of this user's. */
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { cassandraHome } from '../../release/cassandra/home.ts';

interface Reply {
  text: string;
  failed: boolean;
}

const socketPath = (): string => join(cassandraHome(), 'cluster.sock');

/** The cluster of this user runs already, or something else is wrong with the socket. */
export class RunsAlready extends Error {
  override name = 'RunsAlready';
}

/** Answers what other terminals say. Rejects with RunsAlready. Closing it ends their waiting. */
export async function answerTerminals(carryOut: (line: string) => Promise<string>): Promise<Server> {
  if (await answers()) {
    throw new RunsAlready(
      'a local cluster runs already: npm run cluster -- --status shows it, npm run cluster -- --down ends it',
    );
  }
  // Nobody answers there: it was left by one that died.
  rmSync(socketPath(), { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void serve(socket, carryOut));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath(), resolve);
  });
  return server;
}

/** Has the running cluster carry out a line. Rejects with what it said, or that there is none. */
export async function tellRunning(line: string): Promise<string> {
  const socket = connect(socketPath());
  const said = textOf(socket);
  socket.end(line);
  let text: string;
  try {
    text = await said;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
    throw new Error('no local cluster runs: start one with npm run cluster', { cause: error });
  }
  if (text === '') throw new Error('the local cluster ended before it answered');
  const reply = JSON.parse(text) as Reply;
  if (reply.failed) throw new Error(reply.text);
  return reply.text;
}

async function serve(socket: Socket, carryOut: (line: string) => Promise<string>): Promise<void> {
  // A terminal that is closed before its answer comes has gone: nobody is left to be told.
  socket.on('error', () => socket.destroy());
  let reply: Reply;
  try {
    reply = { text: await carryOut(await textOf(socket)), failed: false };
  } catch (error) {
    reply = { text: error instanceof Error ? error.message : String(error), failed: true };
  }
  socket.end(JSON.stringify(reply));
}

async function textOf(socket: Socket): Promise<string> {
  socket.setEncoding('utf8');
  let text = '';
  return new Promise((resolve, reject) => {
    socket.on('data', (part: string) => {
      text += part;
    });
    socket.once('error', reject);
    socket.once('end', () => resolve(text));
  });
}

async function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(), () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
