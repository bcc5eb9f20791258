/** The nouns of the desk API, from its OpenAPI document (schema.gen.ts is made by `npm run types`). */
import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Answer = Schemas['Answer']
export type Block = Schemas['Block']
export type Browse = Schemas['Listing']
export type CitedContent = Schemas['CitedContent']
export type Content = Schemas['Content']
export type Contents = Schemas['ContentList']
/** A document by itself says more than one in a list. */
export type ContentDetail = Schemas['ContentDetail']
export type ContentStatus = Schemas['ContentStatus']
export type Coverage = Schemas['CoverageReport']
export type Failure = Schemas['Failure']
export type FailureGroup = Schemas['FailureGroup']
export type FileEntry = Schemas['FileEntry']
export type FileState = Schemas['FileState']
export type Folder = Schemas['Folder']
export type FolderSuggestion = Schemas['FolderSuggestion']
export type Asked = Schemas['Asked']
export type Conflict = Schemas['DocumentConflict']
export type ConflictVersion = Schemas['ConflictVersion']
export type Hit = Schemas['Hit']
export type HitState = Schemas['HitState']
export type LanguageModel = Schemas['LanguageModel']
export type LanguageModelChange = Schemas['LanguageModelChange']
export type LanguageModelTrial = Schemas['LanguageModelTrial']
export type Indexing = Schemas['Indexing']
export type IndexingChange = Schemas['IndexingChange']
export type NewToken = Schemas['NewToken']
export type Pace = Schemas['Pace']
export type Page = Schemas['Page']
export type ReadInPart = Schemas['ReadInPart']
export type Password = Schemas['Password']
export type Skip = Schemas['Skip']
export type Remote = Schemas['SyncStatus']
export type RemoteProbe = Schemas['RemoteProbe']
export type RemoteSpec = Schemas['RemoteSpec']
export type Resolution = Schemas['Resolution']
export type Scanner = Schemas['Scanner']
export type ScannerSettings = Schemas['ScannerSettings']
export type SearchResult = Schemas['SearchResult']
/** A half-open range of code points. */
export type Span = Schemas['Span']
export type SetAside = Schemas['SetAside']
export type SyncDay = Schemas['SyncDay']
export type SyncEntry = Schemas['SyncEntry']
export type SyncMode = Schemas['SyncMode']
export type SyncQuestion = Schemas['SyncQuestion']
export type SyncState = Schemas['SyncState']
export type Token = Schemas['Token']
export type Workspace = Schemas['Workspace']
/** One line of an answer that is told while it is written. */
export type Written = Schemas['Written']
export type WorkspaceSync = Schemas['WorkspaceSync']

/** The document says only that the phase is a string. */
export interface Progress extends Omit<Schemas['Progress'], 'phase'> {
  phase: 'idle' | 'scanning' | 'reading' | 'embedding' | 'paused'
}

export interface Status extends Omit<Schemas['Status'], 'progress'> {
  progress: Progress
}

/** One line of the event stream. A ping is the heartbeat. */
export interface DeskEvent extends Partial<Omit<Schemas['Event'], 'kind'>> {
  kind: 'folders' | 'contents' | 'progress' | 'workspaces' | 'sync' | 'ping'
}
