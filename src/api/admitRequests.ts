import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { sendError } from './answer.ts';
import type { Bindings } from './app.ts';
import type { Connections } from './connections.ts';
import type { Gate } from './gate.ts';

interface Admission {
  readonly gate: Gate;
  readonly connections: Connections;
  /** What answers; asked for with the first request that the gate admits. */
  readonly load: () => Promise<(bindings: Bindings) => void>;
}

/** Has every request pass the gate before any code of a route sees it. */
export function admitRequests(server: Server, { gate, connections, load }: Admission): void {
  let listener: ReturnType<Admission['load']> | undefined;
  const handle = async (bindings: Omit<Bindings, 'scopes' | 'afterBody'>): Promise<void> => {
    const { incoming, outgoing } = bindings;
    try {
      const scopes = gate.admit(incoming);
      const afterBody = (): void => {
        // A client that may do nothing here keeps no other one out.
        if (scopes.length > 0) outgoing.once('close', connections.enter(incoming.socket));
      };
      const answer = await (listener ??= load());
      if (!outgoing.destroyed) answer({ ...bindings, scopes, afterBody });
    } catch (error) {
      sendError(incoming, outgoing, error);
    }
  };
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void handle({ incoming, outgoing, beforeBody: () => undefined });
  });
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const beforeBody = (): void => {
      outgoing.writeContinue();
    };
    void handle({ incoming, outgoing, beforeBody });
  });
}
