import { expect, test } from 'vitest'
import { hashOf, parseRoute, type Route } from './route'

const id = '01a2020d-eb53-7561-8f2c-ec8a6af51ec7'

test('every route survives its address', () => {
  const routes: Route[] = [
    { name: 'home' },
    { name: 'library' },
    { name: 'sync' },
    { name: 'sync', conflict: id },
    { name: 'folders' },
    { name: 'activity' },
    { name: 'settings' },
    { name: 'ask', question: 'Wer & was? 50 % = ½', open: undefined },
    { name: 'ask', question: 'q', open: { id, page: 3, start: 0, end: 12, found: false } },
    { name: 'search', query: 'a+b #c', open: { id, page: 1, start: 4, end: 9, found: true } },
    { name: 'document', place: { id, page: 2, start: undefined, end: undefined, found: false } },
  ]
  for (const route of routes) expect(parseRoute(hashOf(route))).toEqual(route)
})

test('a broken address is the first screen', () => {
  for (const hash of [
    '',
    '#',
    '#/nowhere',
    '#/document?at=../../etc',
    '#/document',
    `#/document?at=${id.toUpperCase()}.1`,
  ])
    expect(parseRoute(hash), hash).toEqual({ name: 'home' })
  expect(parseRoute(`#/document?at=${id}.-3.x`)).toMatchObject({ place: { page: 1, start: undefined } })
})
