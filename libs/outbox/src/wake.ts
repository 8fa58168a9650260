/** A pause that can be cut short. A wake that comes between two pauses cuts the next one short. */
export class Wake {
  private isDue = false;
  private end: (() => void) | undefined;

  /** Ends the pause under way, or the next one. */
  wake(): void {
    this.isDue = true;
    this.end?.();
  }

  /** Resolves after so many milliseconds, or at the next wake. */
  async pause(ms: number): Promise<void> {
    if (!this.isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.end = undefined;
    this.isDue = false;
  }
}
