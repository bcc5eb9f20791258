/** The shapes of the desk API, one name for each noun. */

export type ContentStatus = 'uploaded' | 'processing' | 'processed' | 'failed'
export type HitState = 'current' | 'changed' | 'missing' | 'offline' | 'remote'
export type FolderState = 'watching' | 'polling' | 'offline' | 'paused' | 'asking'
export type Role = '' | 'VIEWER' | 'EDITOR' | 'ADMIN' | 'OWNER'
export type BlockKind = 'paragraph' | 'heading' | 'list_item' | 'table_row' | 'code'

/** A half-open range of code points. */
export interface Span {
  start: number
  end: number
}

export interface Content {
  contentId: string
  workspaceId: string
  fileName: string
  fileFormat: string
  size: number
  sha256: string
  source: 'upload' | 'folder' | 'url'
  metadata: Record<string, unknown> | null
  addedBy: string
  status: ContentStatus
  failure?: string
  pageCount: number
  title?: string
  createdAt: string
  updatedAt: string
  path?: string
}

export interface Block extends Span {
  kind: BlockKind
  level?: number
}

export interface Page {
  number: number
  text: string
  blocks?: Block[] | null
}

export interface Folder {
  id: string
  workspaceId: string
  path: string
  ignore: string[] | null
  state: FolderState
  reason?: string
  files: number
  pending: number
  skipped: number
  failed: number
  awaitingDeletion: number
  lastScan: string
  createdAt: string
}

export interface FolderSuggestion {
  name: string
  path: string
  files: number
  more: boolean
}

export interface Browse {
  path: string
  parent: string
  entries: { name: string; path: string }[] | null
}

export interface Failure {
  contentId: string
  path: string
  error: string
}

export interface Progress {
  phase: 'idle' | 'scanning' | 'reading' | 'embedding' | 'paused'
  current?: string
  done: number
  total: number
  ratePerSec: number
  secondsLeft: number | null
  startedAt: string | null
}

export interface Status {
  version: string
  dataDir: string
  documents: { total: number; pending: number; failed: number; failures: Failure[] | null }
  chunks: number
  vectors: { ready: number; pending: number }
  model: { name: string; dimensions: number; error?: string }
  folders: Folder[] | null
  progress: Progress
}

export interface Hit {
  rank: number
  contentId: string
  workspaceId: string
  fileName: string
  fileFormat: string
  path: string
  page: number
  start: number
  end: number
  snippet: string
  marks: Span[] | null
  context: string
  score: number
  state: HitState
}

export interface SearchResult {
  query: string
  total: number
  tookMs: number
  hits: Hit[] | null
  warnings?: string[]
}

export interface Citation extends Span {
  number: number
  page: number
  quote: string
}

export interface CitedContent extends Content {
  state: HitState
  citation: Citation
}

export interface Answer {
  query: string
  response: string
  answered: boolean
  mode: string
  analyzedDocumentCount: number
  citedContent: CitedContent[] | null
  nearest: Hit[] | null
  tookMs: number
  warnings?: string[]
}

export interface Workspace {
  id: string
  name: string
  description: string
  icon: string
  color: string
  isDefault: boolean
  isArchived: boolean
  dataspaceId: string
  role: Role
  documentCount: number
  createdAt: string
  updatedAt: string
}

export interface Token {
  id: string
  name?: string
  user: string
  workspaceId?: string
  abilities: string[]
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

export interface DeskEvent {
  seq?: number
  kind: 'folders' | 'contents' | 'progress' | 'workspaces' | 'ping'
  id?: string
}

export interface Contents {
  contents: Content[] | null
  total: number
}
