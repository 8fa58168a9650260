import picocolors from 'picocolors';

export const colourChoices = Object.freeze(['auto', 'always', 'never'] as const);
export type ColourChoice = (typeof colourChoices)[number];

export type Colours = ReturnType<typeof picocolors.createColors>;

export interface ColourWishes {
  readonly choice: ColourChoice;
  readonly isTerminal: boolean;
  readonly noColour: string | undefined;
  readonly forceColour: string | undefined;
  readonly terminalKind: string | undefined;
}

/**
 * Whether one stream is written in colour, the first that applies: `--color`; `NO_COLOR` (no-color.org: any value that
 * is not empty); `FORCE_COLOR`; `TERM=dumb`; else only on a terminal.
 */
export function wantsColour(wishes: ColourWishes): boolean {
  if (wishes.choice !== 'auto') return wishes.choice === 'always';
  if (wishes.noColour !== undefined) return false;
  if (wishes.forceColour !== undefined) return wishes.forceColour !== '0' && wishes.forceColour !== 'false';
  return wishes.isTerminal && wishes.terminalKind !== 'dumb';
}

/** Functions that colour, or leave as it is. */
export function coloursOf(wishes: ColourWishes): Colours {
  return picocolors.createColors(wantsColour(wishes));
}
