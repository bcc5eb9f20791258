import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { t } from '@/text/en'
import { Scanner } from './Scanner'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** An agent that has this scanner, knows clamd at unix:/clamd only, and keeps what was asked of it. */
function agent(state: Record<string, unknown>) {
  const asked: [string, unknown][] = []
  vi.stubGlobal('fetch', (path: string, call: { method?: string; body?: string }) => {
    const body = call.body === undefined ? undefined : (JSON.parse(call.body) as { address: string })
    const json = (status: number, answer: unknown) =>
      Promise.resolve(
        new Response(JSON.stringify(answer), { status, headers: { 'Content-Type': 'application/json' } }),
      )
    if (call.method !== 'GET') asked.push([`${call.method ?? 'GET'} ${path}`, body])
    if (!path.endsWith('/test')) return json(200, { ...state, ...body })
    if (body?.address === 'unix:/clamd') return json(200, { version: 'ClamAV 1.4' })
    return json(503, { error: { code: 'unavailable', message: 'Nothing that is clamd answers there.' } })
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Scanner />
    </QueryClientProvider>,
  )
  return asked
}

const field = () => screen.findByLabelText<HTMLInputElement>(t.settings.scannerAddress)
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name })

test('an address is tested before it is saved', async () => {
  const asked = agent({ address: '', unscanned: 'wait', fixed: false })
  fireEvent.change(await field(), { target: { value: ' unix:/nowhere ' } })
  fireEvent.click(button(t.settings.scannerTest))
  await screen.findByText('Nothing that is clamd answers there.')
  fireEvent.change(await field(), { target: { value: 'unix:/clamd' } })
  expect(screen.queryByText('Nothing that is clamd answers there.')).toBeNull()
  fireEvent.click(button(t.settings.scannerTest))
  await screen.findByText(t.settings.scannerAnswers('ClamAV 1.4'))
  fireEvent.change(screen.getByLabelText(t.settings.scannerUnscanned), { target: { value: 'read' } })
  fireEvent.click(button(t.settings.save))
  await waitFor(() => expect(asked).toHaveLength(3))
  expect(asked).toEqual([
    ['POST /api/desk/scanner/test', { address: 'unix:/nowhere' }],
    ['POST /api/desk/scanner/test', { address: 'unix:/clamd' }],
    ['PUT /api/desk/scanner', { address: 'unix:/clamd', unscanned: 'read' }],
  ])
})

test('a scanner that does not answer is said, and one that an option set cannot be changed', async () => {
  agent({ address: 'unix:/gone', unscanned: 'wait', fixed: true, problem: 'Nothing answers.' })
  expect((await field()).disabled).toBe(true)
  expect(button(t.settings.save).disabled).toBe(true)
  screen.getByText('Nothing answers.')
  screen.getByText(t.settings.scannerFixed)
})
