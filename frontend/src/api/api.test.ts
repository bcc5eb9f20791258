import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { get, isUnreachable } from './client'
import { lineReader } from './events'
import { marker } from './live'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('lines of the stream may arrive in pieces', () => {
  const read = lineReader()
  expect(read('{"kind":"pi')).toEqual([])
  expect(read('ng"}\n\n{"seq":1,"kind":"folders"}\n{"k')).toEqual([
    { kind: 'ping' },
    { seq: 1, kind: 'folders' },
  ])
})

test('a burst of events is one reading of each thing', () => {
  const client = new QueryClient()
  const invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
  const { mark } = marker(client, 500)
  for (let i = 0; i < 20_000; i++) mark({ kind: 'contents', id: String(i) })
  mark({ kind: 'ping' })
  vi.advanceTimersByTime(500)
  expect(invalidate.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([
    ['contents'],
    ['status'],
    ['folders'],
    ['search'],
    ['conflicts'],
    ['conflict'],
  ])
})

test('an error of the server keeps its sentence', async () => {
  const body = { error: { code: 'not_found', message: 'There is no folder "/x".', fields: [] } }
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status: 404 })))
  await expect(get('/browse')).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no folder "/x".',
  })
})

test('no answer at all is its own kind of failure', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
  const error: unknown = await get('/status').catch((caught: unknown) => caught)
  expect(isUnreachable(error)).toBe(true)
})
