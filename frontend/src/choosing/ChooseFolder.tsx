/**
 * Choosing a folder to watch, from any screen: the system's picker in the window, a list of the machine's folders in a
 * browser. A very large folder asks for consent first. Once it is taken, reading has begun and the search box is ready.
 */
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import { useAddFolder } from '@/api/actions'
import { ApiError } from '@/api/client'
import { native } from '@/platform'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { Dialog } from '@/ui/Dialog'
import { useChoices } from '@/ui/settings'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'
import { BrowseDialog } from './BrowseDialog'

interface Choosing {
  /** Opens the picker. */
  choose: () => void
  /** Watches a folder whose path is known. */
  add: (path: string) => void
  adding: boolean
}

const Context = createContext<Choosing>({ choose: () => {}, add: () => {}, adding: false })

export const useChooseFolder = () => useContext(Context)

export function ChooseFolder({ children }: { children: ReactNode }) {
  const [browsing, setBrowsing] = useState(false)
  const [consent, setConsent] = useState('')
  const { workspace } = useChoices()
  const { mutate, isPending } = useAddFolder()

  const add = useCallback(
    (path: string, agreed = false) => {
      mutate(
        {
          path,
          ...(workspace === '' ? {} : { workspaceId: workspace }),
          ...(agreed ? { consent: true } : {}),
        },
        {
          onSuccess: () => toast(t.folders.added(baseName(path))),
          onError: (error) => {
            if (error instanceof ApiError && error.code === 'needs_consent') setConsent(path)
            else toast(sentence(error), { kind: 'bad' })
          },
        },
      )
    },
    [mutate, workspace],
  )

  const choose = useCallback(() => {
    const window = native()
    if (!window) {
      setBrowsing(true)
      return
    }
    window.PickFolder().then(
      (path) => path !== '' && add(path),
      (error: unknown) => toast(sentence(error), { kind: 'bad' }),
    )
  }, [add])

  const choosing = useMemo(
    () => ({ choose, add: (path: string) => add(path), adding: isPending }),
    [choose, add, isPending],
  )
  return (
    <Context value={choosing}>
      {children}
      <BrowseDialog
        open={browsing}
        onClose={() => setBrowsing(false)}
        onChoose={(path) => {
          setBrowsing(false)
          add(path)
        }}
      />
      <Dialog
        open={consent !== ''}
        onClose={() => setConsent('')}
        title={t.consent.title}
        description={t.consent.body(consent)}
      >
        <div className="dialog-actions">
          <button
            type="button"
            className="button"
            onClick={() => {
              add(consent, true)
              setConsent('')
            }}
          >
            {t.consent.yes}
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setConsent('')
              choose()
            }}
          >
            {t.consent.other}
          </button>
        </div>
      </Dialog>
    </Context>
  )
}
