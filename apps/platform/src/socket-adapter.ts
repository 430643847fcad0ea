import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';

type Options = NonNullable<Parameters<IoAdapter['createIOServer']>[1]>;

/** socket.io on the server's own port. From a browser, pages of the listed origins may connect, and the panel's own. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly origins: readonly string[],
  ) {
    super(app);
  }

  override createIOServer(port: number, options: Options): ReturnType<IoAdapter['createIOServer']> {
    const cors = this.origins.length === 0 ? {} : { cors: { origin: [...this.origins] } };
    return super.createIOServer(port, { ...options, ...cors });
  }
}
