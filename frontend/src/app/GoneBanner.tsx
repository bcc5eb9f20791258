import { useLive } from '@/api/live'
import { t } from '@/text/en'
import { Notice } from '@/ui/States'

/** Says that nothing answers. What is on the screen stays: it was true a moment ago. */
export function GoneBanner() {
  const { connection, retryNow } = useLive()
  if (connection !== 'gone') return null
  return (
    <div className="gone">
      <Notice
        kind="bad"
        title={t.gone.title}
        actions={
          <button type="button" className="button" onClick={retryNow}>
            {t.common.retry}
          </button>
        }
      >
        {t.gone.body} <code>{t.gone.command}</code>.
      </Notice>
    </div>
  )
}
