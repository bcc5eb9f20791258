package cli

import (
	"context"

	"github.com/spf13/pflag"

	"github.com/sheafdocs/sheaf/app/config"
)

func workspaceOption(fs *pflag.FlagSet) {
	fs.StringP("workspace", "w", "", "`W` workspace, by id or name")
}

func scopeOptions(fs *pflag.FlagSet) {
	workspaceOption(fs)
	fs.String("filter", "", "`JSON` only documents that this content filter admits")
}

func yesOption(fs *pflag.FlagSet) {
	fs.BoolP("yes", "y", false, "do not ask")
}

func remoteOption(fs *pflag.FlagSet) {
	fs.String("remote", "", "`R` remote, by id, name or address; absent: the only one, or all")
}

func connectionOptions(fs *pflag.FlagSet) {
	config.AddOptions(fs, "no-keyring")
	fs.String("token", "", "`T` token of the remote; - reads it from standard input")
	fs.String("pin", "", "`FINGERPRINT` of the remote's certificate (SHA-256)")
	fs.String("name", "", "`NAME` to recognise it by")
}

// windowCommand is what the desktop program does without a command.
func windowCommand() command {
	return command{name: "", run: func(_ context.Context, c *call) error {
		if code := c.Window(c.cfg); code != exitDone {
			return &exitError{code: code}
		}
		return nil
	}, define: func(fs *pflag.FlagSet) {
		config.AddOptions(fs, "listen", "tls-cert", "tls-key", "tls-self-signed", "insecure", "public-url", "no-keyring")
	}}
}

// table lists every command, in the order of the help.
func table() []command {
	return []command{
		{name: "serve", summary: "run the agent: watch, read, API and screens",
			about: `Runs until it is told to stop (Ctrl-C, SIGTERM). Prints the address of the screens; on a terminal with a
one-time code in it, elsewhere "sheaf open" makes one. Only this machine can connect unless --listen names another
address, which then demands --tls-cert and --tls-key, --tls-self-signed or --insecure. The same holds for --metrics.
With --tls-self-signed it makes a certificate that others know by its fingerprint, which it prints.

--pace and --reserve hold for this run: how much of the machine reading and embedding may use, and the free space that
they leave. Without them the settings hold that were made by the API (PUT /api/desk/indexing). On battery, and while other programs need the
processor, the pace is gentle by itself.

Examples:
  sheaf serve
  sheaf serve --listen 127.0.0.1:0
  sheaf serve --listen 0.0.0.0:7450 --tls-cert cert.pem --tls-key key.pem
  sheaf serve --listen 0.0.0.0:7450 --tls-self-signed
  sheaf serve --metrics 127.0.0.1:7452
  sheaf serve --pace gentle --reserve 5GB`,
			define: func(fs *pflag.FlagSet) {
				config.AddOptions(fs, "listen", "tls-cert", "tls-key", "tls-self-signed", "insecure", "public-url", "no-keyring", "metrics", "rate-limit", "pace", "reserve", "clamd", "unscanned")
				fs.Bool("verbose", false, "log every request to standard error")
			}, run: serve},
		{name: "open", summary: "open the screens of the running agent in the browser",
			about: `Needs an agent ("sheaf serve"). The address carries a one-time code that is valid for five minutes.

Examples:
  sheaf open
  sheaf open --print    print the address instead, for another browser`,
			define: func(fs *pflag.FlagSet) { fs.Bool("print", false, "print the address instead of opening it") }, run: open},

		{name: "folder add", args: "DIR", least: 1, most: 1, summary: "watch a folder; its files become documents where they lie",
			about: `Files are never copied, moved or written. Hidden files, .git, node_modules, caches and what .gitignore or
.sheafignore exclude are left out. Adding a folder that is watched already changes nothing.

Examples:
  sheaf folder add ~/Documents
  sheaf folder add . --workspace Club --ignore "*.bak" --ignore drafts/`,
			define: func(fs *pflag.FlagSet) {
				workspaceOption(fs)
				fs.StringArray("ignore", nil, "`GLOB` leave out, as in .gitignore; may be given several times")
				fs.Bool("open-archives", false, "look into zip, tar, 7z and rar files: what lies in them becomes documents too")
				yesOption(fs)
			}, run: folderAdd},
		{name: "folder list", summary: "the watched folders, their state and counts", about: "Example:\n  sheaf folder list --json", run: folderList},
		{name: "folder coverage", args: "DIR", least: 1, most: 1, summary: "what became of everything in a folder, and why",
			about: `Every name that the last scan came upon is counted: read, waiting, failed or left out, with the reasons. A directory
that is left out counts once. --state lists the names themselves.

Examples:
  sheaf folder coverage ~/Documents
  sheaf folder coverage ~/Documents --state skipped    each name that is no document, with the rule that says so`,
			define: func(fs *pflag.FlagSet) {
				fs.String("state", "", "`STATE` indexed, reading, waiting, failed, excluded or skipped")
				fs.Int("limit", 100, "`N` names, 1 to 1,000")
			}, run: folderCoverage},
		{name: "folder remove", args: "DIR", least: 1, most: 1, summary: "stop watching a folder and trash its documents",
			about: `The files themselves stay where they are.

Examples:
  sheaf folder remove ~/Documents
  sheaf folder remove ~/Documents --keep    keep its documents searchable`,
			define: func(fs *pflag.FlagSet) { fs.Bool("keep", false, "keep its documents") }, run: folderRemove},
		{name: "folder pause", args: "[DIR]", most: 1, summary: "stop watching one folder, or all reading", about: "Examples:\n  sheaf folder pause ~/Documents\n  sheaf folder pause", run: folderPause},
		{name: "folder resume", args: "[DIR]", most: 1, summary: "continue after a pause", about: "Examples:\n  sheaf folder resume ~/Documents\n  sheaf folder resume", run: folderResume},

		{name: "add", args: "FILE…", least: 1, most: -1, summary: "import files",
			about: `The bytes are copied into the data directory. Use "sheaf folder add" for files that should stay where they are.

Examples:
  sheaf add minutes.pdf
  sheaf add *.docx --workspace Club`,
			define: workspaceOption, run: add},
		{name: "wait", summary: "wait until nothing is pending",
			about: `Checks every folder anew first: what lies on disk when it is called is searchable when it ends with 0. Ends with 3
when the time is over first. Without an agent it does the work itself.

Examples:
  sheaf wait
  sheaf wait --timeout 30s && sheaf search "annual meeting"`,
			define: func(fs *pflag.FlagSet) { fs.String("timeout", "10m", "`DURATION` how long to wait at most") }, run: wait},
		{name: "files", args: "[NAME]", most: -1, summary: "documents, how far they have come and what was left out of them",
			about: `NAME is a part of the file name. Without options all documents are listed, by name.

Examples:
  sheaf files --extent part      those that were read in part only, with the reason
  sheaf files --extent none      those without any text, with the reason
  sheaf files --status failed invoice`,
			define: func(fs *pflag.FlagSet) {
				scopeOptions(fs)
				fs.String("status", "", "`STATUS` uploaded, processing, processed or failed")
				fs.String("extent", "", "`EXTENT` part or none")
				fs.Int("limit", 100, "`N` documents, 1 to 1,000")
			}, run: files},
		{name: "status", summary: "documents, folders, progress", about: "Example:\n  sheaf status --json", run: status},

		{name: "search", args: "QUERY", least: 1, most: -1, summary: "find passages by words and by meaning",
			about: `QUERY may be - to read it from standard input. Several words need no quotes.

Examples:
  sheaf search water meter
  sheaf search "lease 2019" --workspace Club --limit 20
  sheaf search minutes --filter '{"fileName": {"endsWith": ".pdf"}}' --json`,
			define: func(fs *pflag.FlagSet) {
				scopeOptions(fs)
				fs.Int("limit", 10, "`N` hits, 1 to 100")
			}, run: search},
		{name: "ask", args: "QUESTION", least: 1, most: -1, summary: "answer a question from the documents, with citations",
			about: `Every sentence of the answer is quoted from a document, with file and page. When the documents do not hold an
answer, it says so. QUESTION may be - to read it from standard input.

Examples:
  sheaf ask "When does the lease end?"
  sheaf ask --workspace Club "Who keeps the keys?" --json`,
			define: scopeOptions, run: ask},
		{name: "show", args: "ID", least: 1, most: 1, summary: "the stored text and details of one document",
			about: `ID is the contentId that search and ask name with --json.

Examples:
  sheaf show 01890a5d-ac96-774b-bcce-b302099a8057
  sheaf show 01890a5d-ac96-774b-bcce-b302099a8057 --page 3`,
			define: func(fs *pflag.FlagSet) { fs.Int("page", 0, "`N` this page only, from 1") }, run: show},

		{name: "password give", args: "[ID]", most: 1, summary: "give the password of a document that needs one",
			about: `ID is the contentId of the document; without it the password is tried on every document that needs one. It is
asked for on the terminal, or read from the first line of standard input: never write it into the command. Sheaf forgets
it when it ends; with --keep it is stored in the data directory. Ends with 1 when the password is wrong.

Examples:
  sheaf password give
  sheaf password give 01890a5d-ac96-774b-bcce-b302099a8057 --keep < password.txt`,
			define: func(fs *pflag.FlagSet) { fs.Bool("keep", false, "store it in the data directory") }, run: passwordGive},
		{name: "password list", summary: "the passwords that were given, without what they are", about: "Example:\n  sheaf password list", run: passwordList},
		{name: "password forget", args: "ID", least: 1, most: 1, summary: "forget a password", about: "Example:\n  sheaf password forget 01890a5d-ac96-774b-bcce-b302099a8057", run: passwordForget},

		{name: "workspace list", summary: "the workspaces", about: "Example:\n  sheaf workspace list", run: workspaceList},
		{name: "workspace create", args: "NAME", least: 1, most: 1, summary: "make a workspace", about: "Example:\n  sheaf workspace create Club", run: workspaceCreate},
		{name: "workspace rename", args: "W NAME", least: 2, most: 2, summary: "give a workspace another name", about: "Example:\n  sheaf workspace rename Club \"Allotment club\"", run: workspaceRename},
		{name: "workspace archive", args: "W", least: 1, most: 1, summary: "keep a workspace searchable but closed for changes", about: "Example:\n  sheaf workspace archive Club", run: workspaceArchive},
		{name: "workspace delete", args: "W", least: 1, most: 1, summary: "delete a workspace and what Sheaf knows of its documents",
			about: `Files in watched folders stay where they are. Asks for the name on a terminal; elsewhere --yes is needed.

Example:
  sheaf workspace delete Club --yes`,
			define: yesOption, run: workspaceDelete},

		{name: "workspace share", args: "W", least: 1, most: 1, summary: "give a workspace of this device to a remote",
			about: `It goes to the remote with all its documents and is synchronised from then on; you own it there. A workspace has one
remote at most.

Examples:
  sheaf workspace share Club
  sheaf workspace share Club --remote office`,
			define: remoteOption, run: workspaceShare},

		{name: "remote add", args: "URL | INVITATION", least: 1, most: 1, summary: "synchronise with another Sheaf",
			about: `INVITATION is the line that "sheaf remote invite" prints on the other side; - reads it, or with --token - the token,
from standard input, which keeps them out of the list of processes. Every workspace that the token sees appears here,
unless --only names some. Workspaces of this device stay its own until "sheaf workspace share".

A certificate that no known authority vouches for is shown by its fingerprint and must be confirmed, once.

Examples:
  sheaf remote add - < invitation.txt
  sheaf remote add https://sheaf.example.org --token - < token.txt
  sheaf remote add https://10.0.0.5:7450 --token - --pin 5f2c…9a --only Club < token.txt`,
			define: func(fs *pflag.FlagSet) {
				connectionOptions(fs)
				fs.StringArray("only", nil, "`W` keep this workspace only, by id or name; may be given several times; absent: all")
				fs.Bool("insecure", false, "accept http beyond this machine: anyone on the way can read along")
			}, run: remoteAdd},
		{name: "remote list", summary: "the remotes, and how each of their workspaces stands", about: "Example:\n  sheaf remote list --json", run: remoteList},
		{name: "remote set", args: "REMOTE", least: 1, most: 1, summary: "give a remote another token, certificate, name or bandwidth",
			about: `REMOTE is an id, a name or an address. A new token must be of the same person; nothing that waits is lost.

Examples:
  sheaf remote set office --token - < token.txt
  sheaf remote set office --bandwidth 500k`,
			define: func(fs *pflag.FlagSet) {
				connectionOptions(fs)
				fs.String("bandwidth", "", "`BYTES` a second that transfers may use, such as 500k or 2M; 0: as much as there is")
			}, run: remoteSet},
		{name: "remote pause", args: "REMOTE", least: 1, most: 1, summary: "stop synchronising for now", about: "Example:\n  sheaf remote pause office", run: remotePause},
		{name: "remote resume", args: "REMOTE", least: 1, most: 1, summary: "continue after a pause", about: "Example:\n  sheaf remote resume office", run: remoteResume},
		{name: "remote remove", args: "REMOTE", least: 1, most: 1, summary: "stop synchronising; its workspaces stay on this device", about: "Example:\n  sheaf remote remove office", run: remoteRemove},
		{name: "remote invite", summary: "let another device synchronise with this Sheaf",
			about: `Makes a token that can synchronise and ask, and prints one line that holds it, the address and the fingerprint of
the certificate. It is a secret, shown this once.

Examples:
  sheaf remote invite
  sheaf remote invite --user ada@example.org --workspace Club --expires 90d`,
			define: func(fs *pflag.FlagSet) {
				workspaceOption(fs)
				fs.String("user", "", "`E` who synchronises, by email or id; absent: you")
				fs.String("expires", "", "`DURATION` such as 12h or 90d; absent: never")
				fs.String("url", "", "`URL` where this Sheaf is reached; absent: its public address, or where it listens")
			}, run: remoteInvite},
		{name: "sync", summary: "synchronise, and tell how it goes",
			about: `Runs until it is told to stop and prints what changes; an agent synchronises by itself and needs no help. With --once
it does one round and ends with 0 only when both sides agree on a digest of every workspace, with 3 when something
waits or the remote cannot be reached, with 5 when the remote does not take the token.

Examples:
  sheaf sync --once
  sheaf sync --once --remote office --json`,
			define: func(fs *pflag.FlagSet) {
				fs.Bool("once", false, "one round")
				remoteOption(fs)
			}, run: synchronise},

		{name: "user add", args: "EMAIL", least: 1, most: 1, summary: "let somebody else use this Sheaf",
			about: `A user needs a token to call, and has no workspace before making or being let into one. Members see what they are
members of, internal users the document sets of everybody, owners decide about users and tokens. A user who was
removed comes back under the id of before.

Examples:
  sheaf user add ada@example.org
  sheaf user add ada@example.org --role internal --json`,
			define: func(fs *pflag.FlagSet) { fs.String("role", "member", "`ROLE` internal, owner or member") }, run: userAdd},
		{name: "user list", summary: "the users and their roles", about: "Example:\n  sheaf user list", run: userList},
		{name: "user remove", args: "EMAIL", least: 1, most: 1, summary: "end somebody's tokens and memberships",
			about: `EMAIL may be the user's id. The only owner of a workspace cannot be removed before it has another, or is deleted.

Example:
  sheaf user remove ada@example.org`, run: userRemove},

		{name: "token create", summary: "make an access token for other programs",
			about: `The token is shown once. Without --user it acts for you; without --ability it may do everything its user may. The
workspace is one of the user's. Abilities: workspaces-read, workspaces-write, sessions-read, sessions-write,
content-read, content-write, content-query, datasets-read, sync, admin.

Examples:
  sheaf token create --ability content-read --ability content-query --expires 90d
  sheaf token create --workspace Club --json`,
			define: func(fs *pflag.FlagSet) {
				workspaceOption(fs)
				fs.String("user", "", "`E` whose token it is, by email or id; absent: yours")
				fs.String("name", "", "`NAME` to recognise it by")
				fs.StringArray("ability", nil, "`A` what it may do; may be given several times; absent: everything")
				fs.String("expires", "", "`DURATION` such as 12h or 90d; absent: never")
			}, run: tokenCreate},
		{name: "token list", summary: "the tokens, without their secrets", about: "Example:\n  sheaf token list", run: tokenList},
		{name: "token revoke", args: "ID", least: 1, most: 1, summary: "end a token at once", about: "Example:\n  sheaf token revoke 01890a5d-ac96-774b-bcce-b302099a8057", run: tokenRevoke},

		{name: "mcp", summary: "let an assistant search and ask, by the Model Context Protocol",
			about: `Speaks the protocol on standard input and output, for an assistant that starts it; ends when standard input does. It
can search, ask and read documents, and change nothing. Without an agent it reads and watches itself for as long as it
runs.

It acts for you, or for the user of the token that SHEAF_TOKEN holds or the file of --token-file, and then sees and may
do what that token may: content-query to search and ask, content-read to read documents, workspaces-read to list.

Examples:
  sheaf mcp
  sheaf mcp --token-file club.token

In the configuration of an assistant:
  {"mcpServers": {"sheaf": {"command": "sheaf", "args": ["mcp"]}}}`,
			define: func(fs *pflag.FlagSet) { fs.String("token-file", "", "`FILE` act as the user of the token in it") }, run: serveMCP},

		{name: "reindex", summary: "read every document again",
			about: "Drops text, keyword rows and vectors, which are derived, and makes them anew. Nothing else changes.\n\nExample:\n  sheaf reindex", run: reindex},
		{name: "doctor", summary: "check database, model, folders and disk space",
			about: `Ends with 1 when something is wrong. The bundle holds the checks, the status and the logs, for a report of a fault;
it holds no documents and no tokens, but it does name files and folders.

Examples:
  sheaf doctor
  sheaf doctor --bundle report.zip`,
			define: func(fs *pflag.FlagSet) { fs.String("bundle", "", "`FILE` write a zip file for a report") }, run: doctor},
		{name: "eval", args: "DIR", least: 1, most: 1, summary: "measure retrieval or answers on a labelled set",
			about: `DIR holds corpus.jsonl, queries.jsonl and qrels.tsv (retrieval), or docs/ and answers.jsonl (answers). Works in a
temporary data directory with the very code that search and ask run, and prints one JSON document.

Example:
  sheaf eval sets/club`, run: evaluate},
		{name: "bench", args: "[NAME]", most: 1, summary: "the project's own measurements, one line of JSON each",
			about:  "Without NAME it runs them all.\n\nExamples:\n  sheaf bench\n  sheaf bench search --dir sets\n  sheaf bench extract --dir ~/Documents\n  sheaf bench bombs",
			define: func(fs *pflag.FlagSet) { fs.String("dir", "", "`DIR` the collection to measure on (SHEAF_TESTDATA)") }, run: bench},
		{name: "version", summary: "the version of this program", about: "Example:\n  sheaf version --json", bare: true, run: version},
	}
}
