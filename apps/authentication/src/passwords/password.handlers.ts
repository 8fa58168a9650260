import { changePassword, exportPasswords, type RequestOf, resetPassword } from '@countersign/contracts';
import type { Asked } from '@countersign/messaging';
import { Handles } from '@countersign/messaging/server';
import { Controller } from '@nestjs/common';
import { ChangePassword } from './change-password.js';
import { ExportPasswords } from './export-passwords.js';
import { ResetPassword } from './reset-password.js';

@Controller()
export class PasswordHandlers {
  constructor(
    private readonly resetPassword: ResetPassword,
    private readonly changePassword: ChangePassword,
    private readonly exportPasswords: ExportPasswords,
  ) {}

  @Handles(resetPassword)
  reset(request: RequestOf<typeof resetPassword>, asked: Asked) {
    return this.resetPassword.run(request, asked);
  }

  @Handles(changePassword)
  change(request: RequestOf<typeof changePassword>, asked: Asked) {
    return this.changePassword.run(request, asked);
  }

  @Handles(exportPasswords)
  export(request: RequestOf<typeof exportPasswords>, asked: Asked) {
    return this.exportPasswords.run(request, asked);
  }
}
