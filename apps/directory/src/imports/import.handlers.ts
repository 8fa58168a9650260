import { importUserRecords, type ReplyOf, type RequestOf } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ImportUserRecords } from './import-user-records.js';

@Controller()
export class ImportHandlers {
  constructor(private readonly importUserRecords: ImportUserRecords) {}

  @Handles(importUserRecords)
  import(request: RequestOf<typeof importUserRecords>, asked: Asked): Promise<ReplyOf<typeof importUserRecords>> {
    return this.importUserRecords.run(request, asked);
  }
}
