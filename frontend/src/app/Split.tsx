import type { ReactNode } from 'react'

/** A list and, when something of it is open, the document beside it. In a narrow window the document covers the list. */
export function Split({ left, right }: { left: ReactNode; right: ReactNode }) {
  return (
    <div className={`split${right ? ' open' : ''}`}>
      <div className="split-left">{left}</div>
      {right && <div className="split-right">{right}</div>}
    </div>
  )
}
