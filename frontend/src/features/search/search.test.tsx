import { renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Hit, SearchResult } from '@/api/types'
import { groupHits } from './groups'
import { useSteady } from './steady'

const hit = (contentId: string, start = 0) => ({ contentId, page: 1, start }) as Hit
const result = (query: string, ...hits: Hit[]) =>
  ({ query, total: hits.length, tookMs: 1, hits }) as SearchResult

test('documents stand in the order of their best passage', () => {
  const groups = groupHits([hit('b'), hit('a'), hit('b', 9)])
  expect(groups.map((group) => group.map(({ contentId, start }) => [contentId, start]))).toEqual([
    [
      ['b', 0],
      ['b', 9],
    ],
    [['a', 0]],
  ])
})

test('results never move under the pointer', () => {
  const first = result('q', hit('a'))
  const later = result('q', hit('b'), hit('a'))
  const view = renderHook(({ latest, held }) => useSteady(latest, held), {
    initialProps: { latest: first, held: true },
  })
  view.rerender({ latest: later, held: true })
  expect(view.result.current).toMatchObject({ shown: first, newer: true })
  view.rerender({ latest: later, held: false })
  expect(view.result.current).toMatchObject({ shown: later, newer: false })
})

test('another question is shown at once', () => {
  const view = renderHook(({ latest }) => useSteady(latest, true), {
    initialProps: { latest: result('q', hit('a')) },
  })
  const other = result('other', hit('b'))
  view.rerender({ latest: other })
  expect(view.result.current.shown).toBe(other)
})
