import { describe, expect, test } from 'vitest'
import { CodePoints } from './codepoints'
import { ago, bytes, duration, every, parentPath, plural, shortPath } from './format'
import { isQuestion } from './question'
import { splitResponse } from './response'

describe('code points', () => {
  test('offsets beyond the first plane', () => {
    const text = new CodePoints('a😀b𝒜c')
    expect(text.length).toBe(5)
    expect(text.slice(1, 2)).toBe('😀')
    expect(text.slice(2, 5)).toBe('b𝒜c')
  })
  test('offsets outside the text are clamped', () => {
    expect(new CodePoints('abc').slice(-4, 99)).toBe('abc')
    expect(new CodePoints('😀').slice(1, 9)).toBe('')
  })
})

test('what reads as a question', () => {
  for (const yes of ['rent?', 'When is the water off', '什么时候？', 'Wann wird das Wasser abgestellt'])
    expect(isQuestion(yes), yes).toBe(true)
  for (const no of ['', 'water', 'is it', 'which', 'honey harvest 2025'])
    expect(isQuestion(no), no).toBe(false)
})

describe('a response', () => {
  test('is cut at its citations', () => {
    expect(splitResponse('Off in November. 【0】 Read then. 【12】')).toEqual([
      {
        item: false,
        parts: [{ text: 'Off in November.' }, { cite: 0 }, { text: ' Read then.' }, { cite: 12 }],
      },
    ])
  })
  test('keeps paragraphs and drops list dashes', () => {
    expect(splitResponse('2 documents:\n- one.txt 【0】\n- two 【1】\n\nDone.')).toEqual([
      { item: false, parts: [{ text: '2 documents:' }] },
      { item: true, parts: [{ text: 'one.txt' }, { cite: 0 }] },
      { item: true, parts: [{ text: 'two' }, { cite: 1 }] },
      { item: false, parts: [{ text: 'Done.' }] },
    ])
  })
  test('marks what no document bears out', () => {
    expect(splitResponse('It smells. (not found in the documents) So.')).toEqual([
      { item: false, parts: [{ text: 'It smells.' }, { unborne: true }, { text: ' So.' }] },
    ])
  })
  test('of nothing is nothing', () => expect(splitResponse('')).toEqual([]))
})

describe('numbers for people', () => {
  test('sizes', () => {
    expect(bytes(0)).toBe('0 bytes')
    expect(bytes(1500)).toBe('1.5 KB')
    expect(bytes(999_000_000)).toBe('999 MB')
  })
  test('estimates do not pretend', () => {
    expect(duration(3)).toBe('a few seconds')
    expect(duration(41)).toBe('about 50 s')
    expect(duration(170)).toBe('about 3 min')
    expect(duration(8000)).toBe('about 2 h')
  })
  test('counts', () => {
    expect(plural(1, 'document')).toBe('1 document')
    expect(plural(4060, 'document')).toBe('4,060 documents')
  })
  test('times', () => {
    const now = new Date('2026-11-22T12:00:00')
    expect(ago('0001-01-01T00:00:00Z', now)).toBe('never')
    expect(ago(new Date('2026-11-22T11:56:00').toISOString(), now)).toBe('4 min ago')
    expect(ago(new Date('2026-03-12T11:56:00').toISOString(), now)).toBe('Mar 12, 2026')
  })
  test('paths', () => {
    expect(shortPath('/home/ada/papers/2026')).toBe('…/papers/2026')
    expect(parentPath('/home/ada/a.pdf')).toBe('/home/ada')
  })
})

test('how often something happens', () => {
  expect([30, 60, 300, 3600, 7200].map(every)).toEqual(['30 s', 'minute', '5 min', 'hour', '2 h'])
})
