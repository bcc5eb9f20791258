/** Answers, told while they are written. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, send } from './client'
import { lineReader } from './events'
import { keys } from './keys'
import { scope } from './queries'
import type { Answer, Written } from './types'

/**
 * The answer to a question. While a language model writes, what it has written so far can be read from `useDraft`; it is
 * not checked yet and never becomes the answer by itself.
 */
export function useAnswer(question: string, workspace: string) {
  const client = useQueryClient()
  return useQuery({
    queryKey: keys.ask(question, workspace),
    queryFn: async ({ signal }) => {
      const draft = keys.draft(question, workspace)
      client.setQueryData(draft, '')
      return ask({ query: question, ...scope(workspace) }, signal, (text) =>
        client.setQueryData(draft, (so: string | undefined) => (so ?? '') + text),
      )
    },
    enabled: question !== '',
    staleTime: Infinity,
  })
}

/** What a language model has written so far, without the marks that will become citations. */
export function useDraft(question: string, workspace: string): string {
  const { data } = useQuery<string>({
    queryKey: keys.draft(question, workspace),
    queryFn: () => '',
    enabled: false,
    initialData: '',
  })
  return data.replace(/<think>[\s\S]*?(<\/think>|$)/g, '').replace(/\s*[[【]\d*[,\d\s]*[\]】]?/g, '')
}

async function ask(question: object, signal: AbortSignal, told: (text: string) => void): Promise<Answer> {
  const response = await send('/ask/stream', { method: 'POST', json: question, signal })
  if (!response.body) throw new ApiError('unreachable', 'The answer has no body.', 0)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const lines = lineReader<Written>()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) throw new ApiError('unreachable', 'The answer broke off.', 0)
    for (const line of lines(value)) {
      if (line.answer) return line.answer
      if (line.error !== undefined) throw new ApiError('unavailable', line.error, 200)
      if (line.text !== undefined) told(line.text)
    }
  }
}
