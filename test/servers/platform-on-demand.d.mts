export declare const cheapPasswords: Readonly<Record<string, string>>;
