import { Component, type ReactNode } from 'react'
import { t } from '@/text/en'
import { Notice } from '@/ui/States'

/** Stands in for a screen whose drawing failed; changing its key tries anew. */
export class Crash extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div className="screen">
        <div className="column">
          <Notice
            kind="bad"
            title={t.error.crashed}
            actions={
              <button type="button" className="button" onClick={() => location.reload()}>
                {t.error.reload}
              </button>
            }
          >
            {t.error.crashedHint}
          </Notice>
        </div>
      </div>
    )
  }
}
