import { useForgetPassword } from '@/api/actions'
import { usePasswords } from '@/api/queries'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { ago } from '@/text/format'
import { PasswordForm } from '@/ui/PasswordForm'
import { Failed, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** Passwords that were given for documents. What they are is never shown. */
export function Passwords() {
  const { data: passwords, error, refetch } = usePasswords()
  const forget = useForgetPassword()
  return (
    <section>
      <h2>{t.password.title}</h2>
      <p className="quiet">{t.password.hint}</p>
      {error && <Failed error={error} retry={() => void refetch()} />}
      <ul className="token-list">
        {passwords?.map(({ passwordId, contentId, kept, addedAt }) => (
          <li key={passwordId}>
            <span className="cut">
              {contentId === undefined ? (
                t.password.forAll
              ) : (
                <a href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}>
                  {t.password.forOne}
                </a>
              )}
            </span>
            <span className="quiet">
              {kept ? t.password.kept : t.password.held} · {ago(addedAt)}
            </span>
            <button
              type="button"
              className="button plain danger"
              onClick={() =>
                forget.mutate(passwordId, {
                  onSuccess: () => toast(t.password.forgotten),
                  onError: (error) => toast(sentence(error), { kind: 'bad' }),
                })
              }
            >
              {t.password.forget}
            </button>
          </li>
        ))}
      </ul>
      <PasswordForm />
    </section>
  )
}
