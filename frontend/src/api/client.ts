/** The only caller of fetch. Every answer is JSON; every failure becomes an ApiError with a sentence for people. */
import { forgetToken, token } from './session'

export const BASE = '/api/desk'

export interface FieldError {
  field: string
  message: string
}

/** Codes are those of the engine, and "unreachable" when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fields: FieldError[] = [],
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unreachable'
}

export function authorization(): Record<string, string> {
  const key = token()
  return key ? { Authorization: `Bearer ${key}` } : {}
}

let onUnauthenticated = () => {}

/** Called once a key is refused: the screens give way to the one that explains how to get a new key. */
export function whenUnauthenticated(act: () => void): void {
  onUnauthenticated = act
}

interface Call {
  method?: string
  json?: unknown
  bytes?: ArrayBuffer
  signal?: AbortSignal | undefined
}

export async function send(path: string, call: Call = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...authorization() }
  let body: BodyInit | undefined
  if (call.bytes) {
    body = call.bytes
    headers['Content-Type'] = 'application/octet-stream'
  } else if (call.json !== undefined) {
    body = JSON.stringify(call.json)
    headers['Content-Type'] = 'application/json'
  }
  let response: Response
  try {
    response = await fetch(BASE + path, {
      method: call.method ?? 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
      ...(call.signal ? { signal: call.signal } : {}),
      cache: 'no-store',
    })
  } catch (cause) {
    if (call.signal?.aborted) throw cause
    throw new ApiError('unreachable', 'Sheaf does not answer.', 0)
  }
  if (response.ok) return response
  const error = await failure(response)
  if (error.status === 401 && path !== '/exchange') {
    forgetToken()
    onUnauthenticated()
  }
  throw error
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as {
      error: { code: string; message: string; fields?: FieldError[] }
    }
    return new ApiError(error.code, error.message, response.status, error.fields ?? [])
  } catch {
    const gone = response.status === 502 || response.status === 504
    return new ApiError(
      gone ? 'unreachable' : 'internal',
      `Sheaf answered with status ${response.status}.`,
      response.status,
    )
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send(path, { signal })).json()) as T
}

export async function post<T = unknown>(path: string, json?: unknown, signal?: AbortSignal): Promise<T> {
  return read<T>(await send(path, { method: 'POST', json: json ?? {}, signal }))
}

export async function put<T>(path: string, json: unknown): Promise<T> {
  return read<T>(await send(path, { method: 'PUT', json }))
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' })
}

/** Uploads raw bytes. A Blob or a form would end the process of one desktop webview, so neither is ever sent. */
export async function upload<T>(path: string, bytes: ArrayBuffer): Promise<T> {
  return read<T>(await send(path, { method: 'POST', bytes }))
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** A query string of the parameters that have a value. */
export function query(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
