/** How synchronisation stands, in the few words that other screens have room for. */
import type { Remote, SyncState, WorkspaceSync } from '@/api/types'
import { sync } from './sync'

/** Something that only a person can settle. */
export function wantsAttention(remote: Remote): boolean {
  return (
    remote.questions + remote.conflicts + remote.setAside > 0 ||
    ['denied', 'incompatible', 'revoked'].includes(remote.state)
  )
}

export const kinds: Record<SyncState, 'good' | 'busy' | 'warn' | 'bad' | ''> = {
  starting: '',
  agreed: 'good',
  working: 'busy',
  waiting: 'warn',
  asking: 'warn',
  offline: 'warn',
  paused: '',
  denied: 'bad',
  revoked: 'warn',
  restored: 'busy',
  incompatible: 'bad',
  failed: 'warn',
}

interface SyncLine {
  kind: 'busy' | 'warn' | 'bad'
  text: string
  urgent: boolean
}

/** The one sentence of the status line, if synchronisation has something to say there. */
export function syncLine(remotes: Remote[]): SyncLine | undefined {
  if (remotes.some(({ questions }) => questions > 0))
    return { kind: 'warn', text: sync.line.asking, urgent: true }
  const denied = remotes.find(({ state }) => state === 'denied')
  if (denied) return { kind: 'bad', text: sync.line.denied(denied.name), urgent: true }
  const conflicts = sum(remotes, ({ conflicts }) => conflicts)
  if (conflicts > 0) return { kind: 'warn', text: sync.line.conflicts(conflicts), urgent: false }
  const offline = remotes.filter(({ state }) => state === 'offline')
  if (offline.length > 0)
    return { kind: 'warn', text: sync.line.offline(sum(offline, ({ out }) => out.items)), urgent: false }
  const busy = remotes.filter(({ state }) => state === 'working' || state === 'restored')
  if (busy.length > 0)
    return {
      kind: 'busy',
      text: sync.line.working(
        sum(busy, ({ out }) => out.items),
        sum(busy, (remote) => remote.in.items),
      ),
      urgent: false,
    }
  return undefined
}

function sum(remotes: Remote[], of: (remote: Remote) => number): number {
  return remotes.reduce((total, remote) => total + of(remote), 0)
}

/** The remote's view of a workspace, if it has a remote and is kept here. */
export function syncOf(remotes: Remote[], workspace: string): WorkspaceSync | undefined {
  return remotes.flatMap((remote) => remote.workspaces).find((w) => w.workspaceId === workspace && w.kept)
}

export function remoteSentence(remote: Remote): string {
  const { name, state, out } = remote
  if (remote.workspaces.length === 0 && (state === 'agreed' || state === 'starting'))
    return sync.remote.none(name)
  switch (state) {
    case 'paused':
      return sync.remote.paused(out.items)
    case 'starting':
    case 'offline':
    case 'denied':
      return sync.remote[state](name, out.items)
    case 'agreed':
    case 'working':
    case 'restored':
    case 'incompatible':
      return sync.remote[state](name)
    default:
      return sync.remote[state]
  }
}

export function workspaceSentence(w: WorkspaceSync): string {
  switch (w.state) {
    case 'starting':
    case 'offline':
    case 'paused':
    case 'denied':
      return sync.workspace[w.state](w.out.items)
    case 'waiting':
      return w.problem && w.setAside.length === 0 ? w.problem : sync.workspace.waiting(w.setAside.length)
    case 'failed':
      return w.problem ?? sync.workspace.failed
    default:
      return sync.workspace[w.state]
  }
}
