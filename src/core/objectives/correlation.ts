/**
 * Pearson's correlation of a stream of pairs, by updates of means and co-moments that lose no digits
 * to large means (Welford 1962; Bennett et al. 2009).
 */
export class Correlation {
  private count = 0;
  private meanX = 0;
  private meanY = 0;
  private squaresX = 0;
  private deviationsY = 0;
  private products = 0;

  add(x: number, y: number): void {
    this.count++;
    const [dx, dy] = [x - this.meanX, y - this.meanY];
    this.meanX += dx / this.count;
    this.meanY += dy / this.count;
    this.squaresX += dx * (x - this.meanX);
    this.deviationsY += dy * (y - this.meanY);
    this.products += dx * (y - this.meanY);
  }

  /** Sum of the squared deviations of `y` from its mean. */
  get squaresY(): number {
    return this.deviationsY;
  }

  /** 0 where either side does not vary. */
  value(): number {
    const scale = Math.sqrt(this.squaresX) * Math.sqrt(this.squaresY);
    return scale === 0 ? 0 : this.products / scale;
  }
}
