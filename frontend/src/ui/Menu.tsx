import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export function Menu({
  trigger,
  children,
  side = 'bottom',
  align = 'start',
}: {
  trigger: ReactNode
  children: ReactNode
  side?: 'bottom' | 'right'
  align?: 'start' | 'end'
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" side={side} align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function MenuItem({
  onSelect,
  children,
  danger,
  checked,
  disabled,
}: {
  onSelect: () => void
  children: ReactNode
  danger?: boolean
  checked?: boolean
  disabled?: boolean
}) {
  return (
    <Radix.Item
      className={`menu-item${danger ? ' danger' : ''}`}
      onSelect={onSelect}
      disabled={disabled ?? false}
      {...(checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': checked })}
    >
      {children}
      {checked && <Check className="menu-check" size={15} aria-hidden />}
    </Radix.Item>
  )
}

export function MenuLine() {
  return <Radix.Separator className="menu-line" />
}
