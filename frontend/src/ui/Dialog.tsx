import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { t } from '@/text/en'

interface Props {
  open: boolean
  onClose: () => void
  title: string
  /** What stands under the title; read out with it. */
  description?: ReactNode
  children?: ReactNode
  className?: string
}

/** A modal dialog: focus stays inside, Escape and the veil close it, focus returns to where it was. */
export function Dialog({ open, onClose, title, description, children, className = '' }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="veil" />
        <Radix.Content
          className={`dialog ${className}`}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Radix.Title asChild>
            <h2>{title}</h2>
          </Radix.Title>
          {description !== undefined && (
            <Radix.Description asChild>
              <div className="dialog-body">{description}</div>
            </Radix.Description>
          )}
          {children}
          <Radix.Close className="icon-button dialog-close" aria-label={t.common.close}>
            <X size={16} />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
