import type { ReadInPart } from '@/api/types'
import { hashOf } from '@/navigation/route'
import { baseName } from '@/text/format'
import { grouped } from './grouped'
import './failures.css'

/** Documents of which something was left out, by what was. */
export function PartialList({ partials }: { partials: ReadInPart[] }) {
  return (
    <div className="failures partials">
      {grouped(partials, ({ warnings }) => warnings.join(' ')).map(([reason, list]) => (
        <section key={reason} aria-label={reason}>
          <h3>{reason}</h3>
          <ul>
            {list.map(({ contentId, path }) => (
              <li key={contentId}>
                <a
                  className="cut"
                  dir="auto"
                  title={path}
                  href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}
                >
                  {baseName(path)}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
