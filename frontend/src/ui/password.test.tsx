import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { t } from '@/text/en'
import { PasswordForm } from './PasswordForm'

afterEach(() => vi.unstubAllGlobals())

function show(contentId?: string) {
  const asked: { path: string; body: unknown }[] = []
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(init.body as string) as unknown })
    return Promise.resolve(
      Response.json({ passwordId: 'p', kept: false, addedAt: '2026-01-01T00:00:00Z' }, { status: 201 }),
    )
  })
  const client = new QueryClient()
  render(
    <QueryClientProvider client={client}>
      <PasswordForm contentId={contentId} />
    </QueryClientProvider>,
  )
  return { asked, client }
}

const field = () => screen.getByLabelText<HTMLInputElement>(t.password.label)

test('the password of a document is given to that document, and is held on to nowhere', async () => {
  const { asked, client } = show('c1')
  expect(field().type).toBe('password')
  fireEvent.change(field(), { target: { value: 'spring tide' } })
  fireEvent.click(screen.getByRole('button', { name: t.password.give }))
  await waitFor(() => expect(field().value).toBe(''))
  expect(asked).toEqual([
    { path: '/api/desk/contents/c1/password', body: { password: 'spring tide', keep: false } },
  ])
  await waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]))
})
