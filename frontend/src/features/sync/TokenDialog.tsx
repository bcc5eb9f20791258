import { useState } from 'react'
import { useChangeRemote } from '@/api/sync'
import type { Remote } from '@/api/types'
import { t } from '@/text/en'
import { Dialog } from '@/ui/Dialog'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** A new token in the place of one that ended. */
export function TokenDialog({ remote, onClose }: { remote: Remote; onClose: () => void }) {
  const change = useChangeRemote()
  const [token, setToken] = useState('')
  return (
    <Dialog open onClose={onClose} title={t.sync.tokenTitle(remote.name)} description={t.sync.tokenBody}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(
            { id: remote.id, token: token.trim() },
            {
              onSuccess: () => {
                toast(t.sync.tokenTaken)
                onClose()
              },
            },
          )
        }}
      >
        <label>
          {t.sync.adding.tokenLabel}
          <input
            className="field"
            type="password"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        {change.error && <p className="form-error">{sentence(change.error)}</p>}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={token.trim() === '' || change.isPending}>
            {t.sync.tokenAction}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
