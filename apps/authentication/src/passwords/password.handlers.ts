import { changePassword, type RequestOf, registerUser, resetPassword } from '@countersign/contracts';
import { type Asked, Handles } from '@countersign/messaging';
import { Controller } from '@nestjs/common';
import { ChangePassword } from './change-password.js';
import { RegisterUser } from './register-user.js';
import { ResetPassword } from './reset-password.js';

@Controller()
export class PasswordHandlers {
  constructor(
    private readonly registerUser: RegisterUser,
    private readonly resetPassword: ResetPassword,
    private readonly changePassword: ChangePassword,
  ) {}

  @Handles(registerUser)
  register(request: RequestOf<typeof registerUser>, asked: Asked) {
    return this.registerUser.run(request, asked);
  }

  @Handles(resetPassword)
  reset(request: RequestOf<typeof resetPassword>, asked: Asked) {
    return this.resetPassword.run(request, asked);
  }

  @Handles(changePassword)
  change(request: RequestOf<typeof changePassword>, asked: Asked) {
    return this.changePassword.run(request, asked);
  }
}
