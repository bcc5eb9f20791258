import {
  Activity,
  ArrowLeftRight,
  ChevronsLeft,
  ChevronsRight,
  FolderOpen,
  Library,
  MessageSquareText,
  Settings,
} from 'lucide-react'
import { useStatus } from '@/api/queries'
import { hashOf, type Route } from '@/navigation/route'
import { wantsAttention } from '@/text/syncState'
import { t } from '@/text/en'
import { Tip } from '@/ui/IconButton'
import { choose, useChoices } from '@/ui/settings'
import { WorkspaceSwitcher } from './WorkspaceSwitcher'

const entries = [
  { to: 'home', icon: MessageSquareText, label: t.rail.home, also: ['ask', 'search'] },
  { to: 'library', icon: Library, label: t.rail.library, also: ['document'] },
  { to: 'folders', icon: FolderOpen, label: t.rail.folders, also: [] },
  { to: 'activity', icon: Activity, label: t.rail.activity, also: [] },
  { to: 'sync', icon: ArrowLeftRight, label: t.rail.sync, also: [] },
] as const

export function Rail({ current }: { current: Route['name'] }) {
  const { rail } = useChoices()
  const { data: status } = useStatus()
  const failed = status?.documents.failed ?? 0
  const dots: Record<string, boolean> = {
    activity: failed > 0,
    sync: (status?.sync ?? []).some(wantsAttention),
  }
  const wide = rail === 'wide'
  return (
    <nav className={`rail ${rail}`} aria-label={t.rail.label}>
      <WorkspaceSwitcher wide={wide} />
      {entries.map(({ to, icon: Icon, label, also }) => (
        <RailLink
          key={to}
          to={to}
          label={label}
          wide={wide}
          current={current === to || (also as readonly string[]).includes(current)}
        >
          <Icon size={20} strokeWidth={1.7} aria-hidden />
          {dots[to] && <span className="rail-dot" aria-hidden />}
        </RailLink>
      ))}
      <div className="rail-gap" />
      <RailLink to="settings" label={t.rail.settings} wide={wide} current={current === 'settings'}>
        <Settings size={20} strokeWidth={1.7} aria-hidden />
      </RailLink>
      <Tip label={wide ? t.rail.collapse : t.rail.expand} side="right">
        <button
          type="button"
          className="rail-item rail-toggle"
          aria-label={wide ? t.rail.collapse : t.rail.expand}
          onClick={() => choose({ rail: wide ? 'narrow' : 'wide' })}
        >
          {wide ? (
            <ChevronsLeft size={18} strokeWidth={1.7} />
          ) : (
            <ChevronsRight size={18} strokeWidth={1.7} />
          )}
        </button>
      </Tip>
    </nav>
  )
}

function RailLink({
  to,
  label,
  wide,
  current,
  children,
}: {
  to: 'home' | 'library' | 'folders' | 'activity' | 'sync' | 'settings'
  label: string
  wide: boolean
  current: boolean
  children: React.ReactNode
}) {
  const link = (
    <a
      className="rail-item"
      href={hashOf({ name: to })}
      {...(wide ? {} : { 'aria-label': label })}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
      {wide && <span className="cut">{label}</span>}
    </a>
  )
  return wide ? (
    link
  ) : (
    <Tip label={label} side="right">
      {link}
    </Tip>
  )
}
