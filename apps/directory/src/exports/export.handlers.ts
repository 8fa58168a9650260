import { exportSecrets, exportUsers, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ExportSecrets } from './export-secrets.js';
import { ExportUsers } from './export-users.js';

@Controller()
export class ExportHandlers {
  constructor(
    private readonly exportUsers: ExportUsers,
    private readonly exportSecrets: ExportSecrets,
  ) {}

  @Handles(exportUsers)
  users(request: RequestOf<typeof exportUsers>): Promise<ReplyOf<typeof exportUsers>> {
    return this.exportUsers.run(request);
  }

  @Handles(exportSecrets)
  secrets(request: RequestOf<typeof exportSecrets>, asked: Asked): Promise<ReplyOf<typeof exportSecrets>> {
    return this.exportSecrets.run(request, asked);
  }
}
