import { expect, test } from 'vitest'
import { differences } from './differences'

test('what stands in one text only is marked in that one', () => {
  const { left, right } = differences('Water on Monday.', 'Water on Friday.')
  expect(left.filter(({ only }) => only).map(({ text }) => text)).toEqual(['Monday'])
  expect(right.filter(({ only }) => only).map(({ text }) => text)).toEqual(['Friday'])
  expect(left.map(({ text }) => text).join('')).toBe('Water on Monday.')
  expect(right.map(({ text }) => text).join('')).toBe('Water on Friday.')
})

test('equal and very long texts have no marks', () => {
  expect(differences('a b', 'a b').left.some(({ only }) => only)).toBe(false)
  const long = 'x '.repeat(20_000)
  expect(differences(long, 'y').right).toEqual([{ text: 'y', only: false }])
})
