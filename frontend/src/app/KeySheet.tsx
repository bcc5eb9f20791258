import { useEffect, useState } from 'react'
import { focusBox } from '@/navigation/box'
import { go, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { Dialog } from '@/ui/Dialog'
import { Keys } from '@/ui/Keys'

const places: Record<string, Route> = {
  a: { name: 'home' },
  l: { name: 'library' },
  f: { name: 'folders' },
  v: { name: 'activity' },
  y: { name: 'sync' },
  s: { name: 'settings' },
}

/** The shortcuts that work everywhere, and the sheet that lists them. */
export function KeySheet() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    let afterG = 0
    function key(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        focusBox()
        return
      }
      const target = event.target as HTMLElement
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (target.closest('input, textarea, select, [role=dialog], [role=menu]')) return
      if (event.key === '?') setOpen(true)
      else if (event.key === '/') focusFilter(event)
      else if (event.key === 'g') afterG = event.timeStamp
      else if (event.timeStamp - afterG < 1000) {
        const place = places[event.key]
        if (place) go(place)
        afterG = 0
      }
    }
    window.addEventListener('keydown', key)
    return () => window.removeEventListener('keydown', key)
  }, [])
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title={t.keys.title}>
      <dl className="key-list">
        {t.keys.list.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <Keys keys={keys} />
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

/** The filter of the screen, or the box when the screen has none. */
function focusFilter(event: KeyboardEvent) {
  event.preventDefault()
  const filters = document.querySelectorAll<HTMLInputElement>('[data-filter]')
  const filter = filters[filters.length - 1]
  if (filter) filter.focus()
  else focusBox()
}
