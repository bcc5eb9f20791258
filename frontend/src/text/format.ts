/** Numbers, sizes, dates and durations as a person reads them. */

const integer = new Intl.NumberFormat('en')
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })
const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit' })

export const number = (n: number) => integer.format(n)

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`
}

export function bytes(n: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000
    unit++
  }
  const digits = unit === 0 || n >= 100 ? 0 : 1
  return `${n.toFixed(digits)} ${units[unit] ?? ''}`
}

/** Go's zero time stands for never. */
export function isNever(iso: string | null | undefined): boolean {
  return !iso || iso.startsWith('0001-')
}

export function date(iso: string): string {
  return isNever(iso) ? 'never' : day.format(new Date(iso))
}

/** "just now", "4 min ago", "today 14:02", "12 Mar 2026". */
export function ago(iso: string, now = new Date()): string {
  if (isNever(iso)) return 'never'
  const then = new Date(iso)
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (then.toDateString() === now.toDateString()) return `today ${time.format(then)}`
  return day.format(then)
}

/** "14:02". */
export function clock(iso: string): string {
  return time.format(new Date(iso))
}

/** How long until a moment: "in 40 s", "in 12 min", "now". */
export function until(iso: string, now = new Date()): string {
  const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000)
  if (seconds <= 0) return 'now'
  return seconds < 90 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' })

/** A heading for a day such as 2026-05-04: "Today", "Yesterday", "Monday, May 4". */
export function dayName(iso: string, now = new Date()): string {
  const day = new Date(`${iso}T12:00:00`)
  const before = new Date(now)
  before.setDate(now.getDate() - 1)
  if (day.toDateString() === now.toDateString()) return 'Today'
  if (day.toDateString() === before.toDateString()) return 'Yesterday'
  return weekday.format(day)
}

/** A rough duration: an estimate must not pretend to seconds it does not know. */
export function duration(seconds: number): string {
  if (seconds < 10) return 'a few seconds'
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `about ${Math.max(1, minutes)} min`
  const hours = Math.round(minutes / 60)
  return hours < 36 ? `about ${hours} h` : `about ${Math.round(hours / 24)} days`
}

/** "30 s", "min", "5 min", "2 h": how often something happens, after the word every. */
export function every(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return minutes === 1 ? 'minute' : `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours === 1 ? 'hour' : `${hours} h`
}

export function rate(perSecond: number, unit: string): string {
  const shown = perSecond >= 10 ? number(Math.round(perSecond)) : perSecond.toFixed(1)
  return `${shown} ${unit} a second`
}

/** The last two steps of a path, for places where the whole one does not fit. */
export function shortPath(path: string): string {
  const steps = path.split(/[/\\]/).filter(Boolean)
  return steps.length <= 2 ? path : `…/${steps.slice(-2).join('/')}`
}

export function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).pop() ?? path
}

export function parentPath(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '')
}

/** A word for a MIME type. */
export function formatName(mime: string): string {
  return formats[mime] ?? mime.split('/').pop()?.toUpperCase() ?? mime
}

const formats: Record<string, string> = {
  'application/pdf': 'PDF',
  'text/plain': 'Text',
  'text/markdown': 'Markdown',
  'text/html': 'Web page',
  'text/csv': 'Table',
  'application/json': 'JSON',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/vnd.oasis.opendocument.text': 'OpenDocument',
}
