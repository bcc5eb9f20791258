import { expect, test } from 'vitest'
import { findIn } from './find'
import { flatten, locate, occurrences } from './locate'

test('words are found without regard to case and accents, at code point offsets', () => {
  const pages = [
    { number: 2, text: 'cafe' },
    { number: 1, text: '😀 Café\ncafé' },
  ]
  expect(findIn(pages, 'CAFE')).toEqual([
    { page: 1, start: 2, end: 6 },
    { page: 1, start: 7, end: 11 },
    { page: 2, start: 0, end: 4 },
  ])
  expect(findIn(pages, '  ')).toEqual([])
})

test('a quote is located across strings, hyphens and ligatures', () => {
  const flat = flatten(['The land-', 'lord lets the ﬁeld', ' to us.'])
  expect(locate(flat, 'landlord lets the field')).toEqual({
    from: { item: 0, offset: 4 },
    to: { item: 1, offset: 17 },
  })
  expect(locate(flat, 'landlord sells')).toBeNull()
  expect(locate(flat, '…')).toBeNull()
})

test('a long quote is located by its ends when its middle differs', () => {
  const quote = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron'
  const flat = flatten([quote.replace('eta theta', 'eta 7 theta')])
  expect(locate(flat, quote)).toMatchObject({ from: { offset: 0 }, to: { item: 0 } })
})

test('occurrences do not overlap', () => {
  expect(occurrences(flatten(['aaaa']), 'aa')).toHaveLength(2)
})
