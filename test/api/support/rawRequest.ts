import { connect } from 'node:net';

export interface RawReply {
  /** `undefined`: hung up without an answer. */
  readonly status: number | undefined;
  readonly text: string;
  /** Bytes of the body that could be sent before the answer was there. */
  readonly ended: boolean;
}

/** Sends bytes over a socket and takes what comes until the server hangs up, or `quietMs` after the first answer. */
export function rawRequest(port: number, request: string, quietMs = 30): Promise<RawReply> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let quiet: NodeJS.Timeout | undefined;
    const finish = (ended: boolean): void => {
      clearTimeout(quiet);
      clearTimeout(limit);
      socket.destroy();
      const status = /^HTTP\/1\.[01] (\d{3}) /.exec(text)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), text, ended });
    };
    const limit = setTimeout(() => {
      finish(false);
    }, 120_000);
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        // On a busy machine time is over before what has come is read: that first.
        const { length } = text;
        setImmediate(() => {
          if (text.length === length) finish(false);
        });
      }, quietMs);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      finish(true);
    });
    socket.write(request, 'latin1');
  });
}
