/**
 * Offsets in the API count Unicode code points; JavaScript strings count UTF-16 units. CodePoints translates once for
 * a text and slices it by code points.
 */
export class CodePoints {
  /** UTF-16 index of every code point, and the length at the end; null when both counts are the same. */
  private readonly starts: number[] | null

  constructor(readonly text: string) {
    this.starts = /[\ud800-\udbff]/.test(text) ? indexes(text) : null
  }

  get length(): number {
    return this.starts ? this.starts.length - 1 : this.text.length
  }

  /** The UTF-16 index of a code point, clamped to the text. */
  index(point: number): number {
    const at = Math.max(0, Math.min(point, this.length))
    return this.starts ? (this.starts[at] ?? this.text.length) : at
  }

  slice(start: number, end: number): string {
    return this.text.slice(this.index(start), this.index(end))
  }
}

function indexes(text: string): number[] {
  const starts: number[] = []
  let at = 0
  for (const character of text) {
    starts.push(at)
    at += character.length
  }
  starts.push(at)
  return starts
}
