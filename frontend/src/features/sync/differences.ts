/** What two texts have apart, word by word. */
import { diffWordsWithSpace } from 'diff'

export interface Stretch {
  text: string
  /** Stands in this text and not in the other. */
  only: boolean
}

/** Beyond this many characters a comparison would hold the page up. */
const LONGEST = 20_000

export function differences(left: string, right: string): { left: Stretch[]; right: Stretch[] } {
  if (left.length > LONGEST || right.length > LONGEST) {
    return { left: [{ text: left, only: false }], right: [{ text: right, only: false }] }
  }
  const parts = diffWordsWithSpace(left, right)
  return {
    left: parts.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, only: removed })),
    right: parts.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, only: added })),
  }
}
