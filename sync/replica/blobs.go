package replica

import (
	"context"
	"io"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Blobs are the bytes that a replica holds, by their SHA-256, always within the reach of one workspace: knowing a hash
// proves nothing, and what another workspace holds is not here. Under a hash stand exactly the bytes that have it.
//
// Bytes that arrive are durable when the call that brought the last of them returns, and stay for at least a day
// without an item that names them. Methods may be called from any goroutine. The engine implements it; Memory is the
// other implementation, held to the same contract tests.
type Blobs interface {
	// Missing returns those of the hashes whose bytes the workspace does not have here, in the order given.
	Missing(ctx context.Context, workspaceID string, hashes []string) ([]string, error)

	// Open opens bytes for reading, those of a watched folder where they lie. NotFound: they are not here. Conflict: the
	// file has changed since it was captured; it has been captured anew, and its item has other bytes now.
	Open(ctx context.Context, workspaceID, hash string) (catalog.OpenBlob, error)

	// Recapture is told that what Open gave did not hash to its name. A file is captured again.
	Recapture(ctx context.Context, workspaceID, hash string) error

	// StoreSmall keeps blobs of at most catalog.SmallBlob bytes each in one commit. Corrupt, and none kept, when one
	// does not hash to its name.
	StoreSmall(ctx context.Context, workspaceID string, batch []catalog.BlobBytes) error

	// Received returns how many bytes of a blob that is still arriving are here: 0 when there are none.
	Received(ctx context.Context, workspaceID, hash string) (int64, error)

	// Receive continues a blob at offset, which must be what Received says, and returns how much of it is here now; what
	// came before an error of r stays. When blob.Size is reached the bytes are checked and kept. Conflict: another offset,
	// or somebody else is sending it this moment. Corrupt: the whole does not hash to its name and has been dropped.
	// TooLarge: r holds more than the rest, of which nothing is kept.
	Receive(ctx context.Context, workspaceID string, blob catalog.Blob, offset int64, r io.Reader) (int64, error)

	// Discard forgets what has arrived of a blob that is not whole.
	Discard(ctx context.Context, workspaceID, hash string) error

	// Wanted returns at most limit blobs that this device means to have and has not, small before large: what its mode
	// for the workspace asks for, as far as the cache has room.
	Wanted(ctx context.Context, workspaceID string, limit int) ([]catalog.Blob, error)
}
