import { onApple } from '@/platform'

/** A shortcut as the keys of this machine: "mod+K" is Ctrl K or ⌘ K. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys" aria-label={keys.replace('mod', onApple() ? 'Command' : 'Control')}>
      {keys.split(/[+ ]/).map((key, i) =>
        key === 'then' ? (
          ' '
        ) : (
          <kbd key={i} className="kbd">
            {key === 'mod' ? (onApple() ? '⌘' : 'Ctrl') : key}
          </kbd>
        ),
      )}
    </span>
  )
}
