// The part of the x11 package that we use; it ships no types.
declare module "x11" {
  type Reply<T> = (error: Error | null, reply: T) => void;

  export interface Client {
    on(event: "error" | "end", listener: (cause?: unknown) => void): void;
    terminate(): void;
    require(extension: "screen-saver", reply: Reply<ScreenSaver>): void;
    InternAtom(onlyIfExists: boolean, name: string, reply: Reply<number>): void;
    /** Offset and length are in units of four bytes. */
    GetProperty(
      remove: 0,
      window: number,
      property: number,
      type: number,
      offset: number,
      length: number,
      reply: Reply<{ readonly type: number; readonly bytesAfter: number; readonly data: Buffer }>,
    ): void;
    GetGeometry(
      drawable: number,
      reply: Reply<{
        readonly xPos: number;
        readonly yPos: number;
        readonly width: number;
        readonly height: number;
        readonly borderWidth: number;
      }>,
    ): void;
    TranslateCoordinates(
      from: number,
      to: number,
      x: number,
      y: number,
      reply: Reply<{ readonly destX: number; readonly destY: number }>,
    ): void;
    GetWindowAttributes(
      window: number,
      reply: Reply<{ readonly mapState: number; readonly klass: number; readonly overrideRedirect: number }>,
    ): void;
    QueryTree(
      window: number,
      reply: Reply<{ readonly root: number; readonly parent: number; readonly children: readonly number[] }>,
    ): void;
  }

  export interface ScreenSaver {
    QueryInfo(drawable: number, reply: Reply<{ readonly idle: number }>): void;
  }

  export interface Display {
    readonly client: Client;
    readonly screen: readonly { readonly root: number; readonly root_depth: number }[];
  }

  export function createClient(
    options: { readonly display: string; readonly shm: false },
    ready: Reply<Display>,
  ): Client;
}
