import type { Socket } from 'node:net';

/**
 * The connections of a server, at most so many. When one more comes, the oldest that carries no admitted request makes room:
 * whoever holds connections without a token holds up nobody.
 */
export class Connections {
  readonly #max: number;
  /** In the order of their coming, with how many admitted requests each carries. */
  readonly #sockets = new Map<Socket, number>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: Socket): void {
    if (this.#sockets.size >= this.#max) {
      const victim = this.#firstIdle() ?? socket;
      this.#sockets.delete(victim);
      victim.destroy();
      if (victim === socket) return;
    }
    this.#sockets.set(socket, 0);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Marks a connection as carrying one more admitted request; the result takes that back. */
  enter(socket: Socket): () => void {
    this.#count(socket, 1);
    return () => {
      this.#count(socket, -1);
    };
  }

  destroyAll(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #count(socket: Socket, change: number): void {
    const count = this.#sockets.get(socket);
    if (count !== undefined) this.#sockets.set(socket, count + change);
  }

  #firstIdle(): Socket | undefined {
    for (const [socket, count] of this.#sockets) if (count === 0) return socket;
    return undefined;
  }
}
