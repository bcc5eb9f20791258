/** What a screen shows when it has nothing, not yet, or no longer something to show. */
import { AlertTriangle, Info, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError, isUnreachable } from '@/api/client'
import { t } from '@/text/en'
import { toast } from './toast'

export function Empty({
  icon: Icon,
  title,
  children,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
}) {
  return (
    <div className="empty">
      <Icon size={28} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {children}
    </div>
  )
}

const widths = ['92%', '78%', '85%', '64%', '88%', '71%']

/** Grey lines in the place of text, after 150 ms, so that a quick answer never flashes. */
export function Skeletons({ lines = 5, height }: { lines?: number; height?: number }) {
  return (
    <div className="skeletons" role="status" aria-label={t.common.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="skeleton" style={{ width: widths[i % widths.length], height }} />
      ))}
    </div>
  )
}

export function Notice({
  kind = 'info',
  title,
  children,
  actions,
}: {
  kind?: 'info' | 'warn' | 'bad'
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  const Icon = kind === 'info' ? Info : AlertTriangle
  return (
    <div className={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon size={17} aria-hidden />
      <div className="notice-text">
        <strong>{title}</strong>
        {children !== undefined && <div>{children}</div>}
        {actions !== undefined && <div className="notice-actions">{actions}</div>}
      </div>
    </div>
  )
}

/** What failed, why, and how to try again; the details can be copied. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <Notice
      kind="bad"
      title={isUnreachable(error) ? t.error.unreachable : t.error.generic}
      actions={
        <>
          {retry && (
            <button type="button" className="button" onClick={retry}>
              {t.common.retry}
            </button>
          )}
          <button type="button" className="button plain" onClick={() => void copy(details(error))}>
            {t.common.copyDetails}
          </button>
        </>
      }
    >
      {isUnreachable(error) ? undefined : sentence(error)}
    </Notice>
  )
}

export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  toast(t.common.copied)
}

export function sentence(error: unknown): string {
  if (error instanceof ApiError && error.fields.length > 0) {
    return error.fields.map((field) => field.message).join(' ')
  }
  return error instanceof Error ? error.message : String(error)
}

function details(error: unknown): string {
  const code = error instanceof ApiError ? `${error.code} (${error.status}): ` : ''
  return `${code}${sentence(error)}\n${location.hash}\n${new Date().toISOString()}`
}
