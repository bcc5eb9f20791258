import { useState } from 'react'
import { useChangeRemote } from '@/api/sync'
import type { Remote } from '@/api/types'
import { t } from '@/text/en'
import { Dialog } from '@/ui/Dialog'
import { sentence } from '@/ui/States'

/** How much of the connection transfers may use. */
export function LimitDialog({ remote, onClose }: { remote: Remote; onClose: () => void }) {
  const change = useChangeRemote()
  const [text, setText] = useState(remote.bytesPerSecond === 0 ? '' : String(remote.bytesPerSecond / 1000))
  const kilobytes = text.trim() === '' ? 0 : Number(text)
  return (
    <Dialog open onClose={onClose} title={t.sync.limitTitle(remote.name)} description={t.sync.limitBody}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(
            { id: remote.id, bytesPerSecond: Math.round(kilobytes * 1000) },
            { onSuccess: onClose },
          )
        }}
      >
        <label>
          {t.sync.limitLabel}
          <input
            className="field"
            inputMode="numeric"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {change.error && <p className="form-error">{sentence(change.error)}</p>}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={!Number.isFinite(kilobytes) || kilobytes < 0 || change.isPending}
          >
            {t.sync.limitAction}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
