/**
 * Finding a passage among the strings of a page's text layer. Two extractors disagree about spaces, hyphens at line
 * ends, ligatures and quotation marks, so only letters and digits are compared.
 */
export interface Spot {
  /** Index of the string. */
  item: number
  /** UTF-16 offset in it. */
  offset: number
}

/** From the first character to the last, both inclusive. */
export interface Stretch {
  from: Spot
  to: Spot
}

export interface Flat {
  letters: string
  spots: Spot[]
}

export function flatten(strings: string[]): Flat {
  const letters: string[] = []
  const spots: Spot[] = []
  strings.forEach((text, item) => {
    let offset = 0
    for (const character of text) {
      for (const letter of lettersOf(character)) {
        for (const unit of letter.split('')) {
          letters.push(unit)
          spots.push({ item, offset })
        }
      }
      offset += character.length
    }
  })
  return { letters: letters.join(''), spots }
}

/** Every occurrence, in order, without overlaps. */
export function occurrences(flat: Flat, sought: string): Stretch[] {
  const needle = flatten([sought]).letters
  if (needle === '') return []
  const found: Stretch[] = []
  for (
    let at = flat.letters.indexOf(needle);
    at >= 0;
    at = flat.letters.indexOf(needle, at + needle.length)
  ) {
    const stretch = between(flat, at, at + needle.length)
    if (stretch) found.push(stretch)
  }
  return found
}

const ANCHOR = 24

/** Where a quote stands: exactly, or from its beginning to its end when something small differs in the middle. */
export function locate(flat: Flat, quote: string): Stretch | null {
  const exact = occurrences(flat, quote)[0]
  if (exact) return exact
  const needle = flatten([quote]).letters
  if (needle.length < 2 * ANCHOR) return null
  const start = flat.letters.indexOf(needle.slice(0, ANCHOR))
  if (start < 0) return null
  const tail = flat.letters.indexOf(needle.slice(-ANCHOR), start)
  const end = tail + ANCHOR
  const plausible = tail >= 0 && end - start < needle.length * 1.3
  return plausible ? between(flat, start, end) : null
}

function between({ spots }: Flat, start: number, end: number): Stretch | null {
  const from = spots[start]
  const to = spots[end - 1]
  return from && to ? { from, to } : null
}

function lettersOf(character: string): string[] {
  return (
    character
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]/gu) ?? []
  )
}
