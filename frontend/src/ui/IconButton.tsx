import { Tooltip } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'

interface Props extends ComponentProps<'button'> {
  label: string
  children: ReactNode
  on?: boolean
  side?: 'top' | 'right' | 'bottom' | 'left'
}

/** A button that is only an icon: its name is read out, and shown when pointed at. */
export function IconButton({ label, children, on, side = 'bottom', className = '', ...rest }: Props) {
  return (
    <Tip label={label} side={side}>
      <button
        type="button"
        className={`icon-button ${className}`}
        aria-label={label}
        {...(on === undefined ? {} : { 'aria-pressed': on })}
        {...rest}
      >
        {children}
      </button>
    </Tip>
  )
}

export function Tip({
  label,
  side = 'bottom',
  children,
}: {
  label: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" side={side} sideOffset={6}>
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
