/**
 * Welch's t of two classes of measurements, fed one by one (Welford). As in dudect (Reparaz and others, 2017): beyond
 * 4.5 the classes differ with a chance of error below one in a hundred thousand; what is the same stays below however
 * long it is measured.
 */
export class Welch {
  private readonly classes = [new Moments(), new Moments()] as const;

  add(which: 0 | 1, value: number): void {
    this.classes[which].add(value);
  }

  get count(): number {
    return this.classes[0].count + this.classes[1].count;
  }

  get means(): readonly [number, number] {
    return [this.classes[0].mean, this.classes[1].mean];
  }

  get t(): number {
    const [one, other] = this.classes;
    const spread = one.variance / one.count + other.variance / other.count;
    return spread === 0 ? 0 : (one.mean - other.mean) / Math.sqrt(spread);
  }
}

class Moments {
  count = 0;
  mean = 0;
  private squares = 0;

  get variance(): number {
    return this.count < 2 ? 0 : this.squares / (this.count - 1);
  }

  add(value: number): void {
    this.count += 1;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
  }
}
