import { expect, test } from 'vitest'
import type { Status } from '@/api/types'
import { lineOf } from './StatusLine'

function status(progress: Partial<Status['progress']>): Status {
  return {
    documents: { total: 12, pending: 4, failed: 0, failures: [] },
    folders: [],
    sync: [],
    indexing: {
      pace: 'normal',
      effectivePace: 'normal',
      adapt: true,
      paused: false,
      reserveBytes: 1,
      freeBytes: 2,
    },
    progress: {
      phase: 'idle',
      done: 0,
      total: 0,
      ratePerSec: 0,
      secondsLeft: null,
      startedAt: null,
      ...progress,
    },
  } as unknown as Status
}

test('the line says how far the reading is', () => {
  const line = lineOf(status({ phase: 'reading', done: 3, total: 7 }), 'live')
  expect(line).toMatchObject({ kind: 'busy', text: 'Reading 3 of 7' })
})

test('the line says when reading goes gently by itself', () => {
  const gentle = status({ phase: 'reading', done: 3, total: 7, secondsLeft: 130 })
  gentle.indexing.reason = 'The machine runs on battery, so indexing goes gently.'
  expect(lineOf(gentle, 'live').text).toBe('Reading 3 of 7 · gently · about 2 min')
})

test('what holds the work up comes before how far it is', () => {
  const problem = 'The disk is full. Free some space; nothing was lost.'
  expect(lineOf(status({ phase: 'reading', problem }), 'live')).toMatchObject({ kind: 'bad', text: problem })
})

test('an agent that is gone comes before everything', () => {
  expect(lineOf(status({ phase: 'reading' }), 'gone').kind).toBe('bad')
})
