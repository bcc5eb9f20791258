import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { t } from '@/text/en'
import { dismiss, toasts } from './toast'

export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.current)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, kind, action }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          {action ? (
            <button
              type="button"
              onClick={() => {
                dismiss(id)
                action.act()
              }}
            >
              {action.label}
            </button>
          ) : (
            <button type="button" aria-label={t.common.close} onClick={() => dismiss(id)}>
              <X size={14} />
            </button>
          )}
        </div>
      ))}
    </div>
  )
}
