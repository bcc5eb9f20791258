/** The sentences of the Sync screen. First the fact, then the way out. */
import { number, plural } from './format'

const waits = (n: number) => (n === 0 ? '' : ` ${plural(n, 'change')} ${n === 1 ? 'waits' : 'wait'}.`)

export const sync = {
  title: 'Sync',
  intro:
    'Workspaces that this device shares with another Sheaf. Everything works without a connection; changes travel when there is one.',
  add: 'Add a remote',
  empty: 'This device keeps everything to itself.',
  emptyHint:
    'With a remote, workspaces are the same here, there and on every device that is invited. Ask whoever runs the other Sheaf for an invitation.',
  more: (name: string) => `More for ${name}`,
  as: (email: string) => `as ${email}`,
  now: 'Synchronise now',
  nowBusy: 'Synchronising',
  pause: 'Pause',
  resume: 'Resume',
  token: 'Give it a new token…',
  limit: 'Limit bandwidth…',
  remove: 'Remove…',
  removeTitle: (name: string) => `Stop synchronising with ${name}?`,
  removeBody: 'Its workspaces stay on this device as they are now. Nothing is deleted on the other side.',
  removeAction: 'Stop synchronising',
  removed: (name: string) => `No longer synchronising with ${name}. Its workspaces stay here.`,

  remote: {
    starting: (name: string, out: number) => `${name} has not answered yet.${waits(out)}`,
    agreed: (name: string) => `In sync with ${name}.`,
    working: (name: string) => `Synchronising with ${name}.`,
    waiting: 'Everything that can travel has. The rest is below.',
    asking: 'A question waits for your answer.',
    offline: (name: string, out: number) =>
      `${name} cannot be reached. Everything here keeps working.${waits(out)}`,
    paused: (out: number) => `Paused.${waits(out)}`,
    denied: (name: string, out: number) =>
      `${name} does not take the token any more. Nothing was lost; give it a new one to go on.${waits(out)}`,
    revoked: 'You are no member of one of its workspaces any more.',
    restored: (name: string) => `${name} came back from a backup. What it lost is being offered to it again.`,
    incompatible: (name: string) =>
      `${name} speaks another version of the protocol. Update the older of the two.`,
    failed: 'Something failed. It is tried again.',
    none: (name: string) => `The token sees no workspace on ${name}. Share one of yours below.`,
  },
  retryAt: (when: string) => `Next attempt ${when}.`,
  states: {
    starting: 'Not compared yet',
    agreed: 'In sync',
    working: 'Synchronising',
    waiting: 'Waiting',
    asking: 'Waits for your answer',
    offline: 'Offline',
    paused: 'Paused',
    denied: 'Needs a token',
    revoked: 'Membership ended',
    restored: 'Remote restored',
    incompatible: 'Needs an update',
    failed: 'Trying again',
  },
  workspace: {
    starting: (out: number) => `Not compared with the remote yet.${waits(out)}`,
    agreed: 'In sync. Both sides have the same.',
    working: 'Changes are on their way.',
    waiting: (aside: number) =>
      aside > 0
        ? `Everything else has travelled; ${plural(aside, 'item')} ${aside === 1 ? 'is' : 'are'} set aside.`
        : 'Something waits for its bytes.',
    asking: 'Nothing is deleted before you have answered.',
    offline: (out: number) => (out === 0 ? 'Offline. Nothing waits to be sent.' : `Offline.${waits(out)}`),
    paused: (out: number) => `Paused.${waits(out)}`,
    denied: (out: number) => `Waits for a token.${waits(out)}`,
    revoked:
      'You are no member of it any more. What was not sent moves to a workspace of this device; then the copy goes.',
    restored: 'The remote came back from a backup. What it lost is being offered to it again.',
    incompatible: 'Waits for an update of one side.',
    failed: 'Something failed. It is tried again.',
  },
  toSend: 'To send',
  toReceive: 'To receive',
  nothing: 'nothing',
  left: 'Time left',
  agreed: 'Last in agreement',
  never: 'not yet',
  digest: (digest: string) => `digest ${digest}`,
  copyDigest: 'Copy the digest',
  mode: 'On this device',
  modes: {
    index: 'Read and searchable',
    pinned: 'Every file kept',
    names: 'Names only',
  },
  modeHints: {
    index: 'Files up to 64 MB are fetched, read, and let go again when space is short.',
    pinned: 'Every file stays here and opens without a connection.',
    names: 'Files are fetched when you open them.',
  },
  mirror: 'Mirror to a folder…',
  mirrored: 'Mirrored in',
  mirrorStop: 'Stop mirroring',
  drop: 'Take off this device…',
  dropTitle: (name: string) => `Take ${name} off this device?`,
  dropBody: 'It stays on the remote. You can keep it here again at any time.',
  dropAction: 'Take it off',
  notKept: 'Not kept here',
  keep: 'Keep here',
  role: (role: string) => role.toLowerCase(),

  local: 'Only on this device',
  localHint: 'These workspaces are synchronised with nobody.',
  share: (remote: string) => `Share with ${remote}`,
  shared: (name: string) => `${name} is on its way.`,

  conflicts: (n: number) => `${plural(n, 'document')} ${n === 1 ? 'has' : 'have'} two versions`,
  conflictsHint: 'They were changed in two places at once. Nothing was lost; choose which to keep.',
  choose: 'Choose',
  conflict: {
    title: (name: string) => `${name} has two versions`,
    many: (name: string, n: number) => `${name} has ${number(n)} versions`,
    hint: 'It was changed in two places at once. Both are kept until you choose; the first is shown everywhere meanwhile.',
    here: 'Written on this device',
    there: 'Written elsewhere',
    answers: 'shown meanwhile',
    keepThis: 'Keep this',
    keepThat: 'Keep that',
    keepBoth: 'Keep both',
    both: 'Both stay, the other as a document of its own.',
    same: 'The texts are the same; only the files differ.',
    absent: 'Its bytes are not on this device yet.',
    unreadable: 'Its text cannot be shown.',
    resolved: (name: string) => `${name} has one version again.`,
    back: 'Back to Sync',
    gone: 'This document has one version only. Somebody may have chosen already.',
    removed: 'Only here',
    added: 'Only there',
  },
  setAside: (n: number) => `${plural(n, 'item')} set aside`,
  setAsideHint: 'These do not travel. Everything else does.',
  setAsideRetry: 'Try again',
  setAsideExport: 'Save a copy',
  unnamed: 'Unnamed',

  question: {
    deletionsIn: (n: number, of: number) =>
      `${number(n)} of ${plural(of, 'document')} ${n === 1 ? 'was' : 'were'} deleted on the remote.`,
    deletionsOut: (n: number, of: number) =>
      `${number(n)} of ${plural(of, 'document')} ${n === 1 ? 'was' : 'were'} deleted here.`,
    bodyIn:
      'If that was meant, delete them here too. If not, keep them: they are offered to the remote again.',
    bodyOut: 'If that was meant, delete them on the remote too. If not, they stay there.',
    yesIn: (n: number) => `Delete ${plural(n, 'document')} here`,
    yesOut: (n: number) => `Delete ${plural(n, 'document')} there`,
    no: 'Keep them',
    such: (names: string) => `Among them ${names}.`,
  },

  later: {
    ask: 'Ask the remote when online',
    waiting: (name: string) => `${name} answers as soon as it can be reached. Its answer will appear here.`,
    from: (name: string) => `Answered by ${name}`,
    nothing: 'Its documents don’t seem to answer this either.',
  },

  history: 'What happened',
  historyNone: 'Nothing has travelled yet.',
  entry: {
    sent: (n: number, what: string) => `Sent ${plural(n, 'change')}${what}.`,
    received: (n: number, what: string) => `Received ${plural(n, 'change')}${what}.`,
    deleted: (n: number, what: string) =>
      `${plural(n, 'document')} deleted elsewhere left this device${what}.`,
    conflict: (n: number, what: string) => `${plural(n, 'document')} changed in two places at once${what}.`,
    resolved: (n: number, what: string) =>
      `You chose between two versions of ${plural(n, 'document')}${what}.`,
    setAside: (n: number, what: string) => `${plural(n, 'item')} could not travel${what}.`,
    agreed: () => 'Both sides agreed.',
    offline: () => 'The connection was lost.',
    online: () => 'The connection came back.',
    denied: () => 'The token was refused.',
    revoked: () => 'Your membership ended.',
    rescued: (n: number) =>
      `${plural(n, 'document')} that were not sent moved to a workspace of this device.`,
    restored: () => 'The remote came back from a backup.',
    asked: (n: number) => `Stopped to ask about ${plural(n, 'deletion')}.`,
    answered: () => 'You answered.',
    shared: () => 'Shared from this device.',
    connected: () => 'Connected.',
    newDevice: () => 'This data was a copy of another device’s, and goes on under a name of its own.',
  },
  such: (names: string[], n: number) =>
    names.length === 0
      ? ''
      : `: ${names.join(', ')}${n > names.length ? ` and ${number(n - names.length)} more` : ''}`,

  adding: {
    title: 'Add a remote',
    body: 'Paste the invitation that the other side made with “sheaf remote invite”.',
    invitation: 'Invitation',
    byHand: 'I have an address and a token instead',
    byInvitation: 'I have an invitation',
    url: 'Address',
    urlHint: 'https://sheaf.example.org',
    tokenLabel: 'Token',
    next: 'Continue',
    looking: 'Looking',
    pinTitle: 'Is it really the one?',
    pinBody: (url: string) =>
      `No known authority vouches for ${url}. Compare this fingerprint with the one that the other side shows when it starts. If they differ, somebody may be in between.`,
    pinYes: 'It is the same',
    pinNo: 'It differs',
    chooseTitle: 'What should be on this device?',
    chooseBody: (email: string, host: string) => `You are ${email} on ${host}.`,
    all: 'All workspaces, and those to come',
    some: 'Only these',
    none: 'There is no workspace there yet. You can share yours afterwards.',
    action: 'Start synchronising',
    added: (name: string) => `Synchronising with ${name}.`,
    open: 'The connection is not encrypted. It stays on this computer.',
  },
  tokenTitle: (name: string) => `A new token for ${name}`,
  tokenBody: 'It must be of the same person. What waits is sent as soon as it is taken.',
  tokenAction: 'Use this token',
  tokenTaken: 'The token works.',
  limitTitle: (name: string) => `Bandwidth for ${name}`,
  limitBody: 'How much transfers may use, in kilobytes a second. Empty: as much as there is.',
  limitLabel: 'Kilobytes a second',
  limitAction: 'Save',
  badge: {
    waiting: (n: number) => `${plural(n, 'change')} to send`,
    conflicts: (n: number) => plural(n, 'conflict'),
  },
  line: {
    asking: 'Sync waits for your answer',
    denied: (name: string) => `${name} needs a new token`,
    conflicts: (n: number) => `${plural(n, 'document')} ${n === 1 ? 'has' : 'have'} two versions`,
    offline: (n: number) => (n === 0 ? 'Offline' : `Offline · ${plural(n, 'change')} waiting`),
    working: (out: number, incoming: number) =>
      out + incoming === 0
        ? 'Synchronising'
        : `Synchronising · ${[out > 0 && `${number(out)} to send`, incoming > 0 && `${number(incoming)} to receive`].filter(Boolean).join(', ')}`,
  },
}
