import { KeyRound } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { post, whenUnauthenticated } from '@/api/client'
import { hasKey, keepToken, takeCode } from '@/api/session'
import { t } from '@/text/en'

type State = 'open' | 'checking' | 'closed' | 'refused'

/** Lets nobody in without a key: exchanges the one-time code of the address, or says how to get one. */
export function Gate({ children }: { children: ReactNode }) {
  const [code] = useState(takeCode)
  const [state, setState] = useState<State>(code ? 'checking' : hasKey() ? 'open' : 'closed')
  useEffect(() => {
    whenUnauthenticated(() => setState('closed'))
    if (!code) return
    exchange(code).then(
      () => setState('open'),
      () => setState(hasKey() ? 'open' : 'refused'),
    )
  }, [code])
  useEffect(() => {
    // A new code may be pasted into the address of a page that is open already.
    const again = () => {
      const next = takeCode()
      if (next)
        exchange(next).then(
          () => setState('open'),
          () => setState('refused'),
        )
    }
    window.addEventListener('hashchange', again)
    return () => window.removeEventListener('hashchange', again)
  }, [])

  if (state === 'open') return children
  return (
    <main className="gate" aria-busy={state === 'checking'}>
      {state !== 'checking' && (
        <>
          <KeyRound size={28} strokeWidth={1.5} aria-hidden />
          <h1>{t.noKey.title}</h1>
          {state === 'refused' && <p>{t.noKey.failed}</p>}
          <p>
            {t.noKey.before} <code>{t.noKey.command}</code> {t.noKey.after}
          </p>
          <p className="quiet">{t.noKey.used}</p>
        </>
      )}
    </main>
  )
}

/** A code works once, and effects may run twice: every code is exchanged by one request only. */
const exchanges = new Map<string, Promise<void>>()

function exchange(code: string): Promise<void> {
  const running =
    exchanges.get(code) ??
    post<{ token: string }>('/exchange', { code }).then(({ token }) => keepToken(token))
  exchanges.set(code, running)
  return running
}
