package web

import (
	"reflect"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// nouns lists the values of the catalog's text types that have a fixed set.
func nouns() map[reflect.Type][]any {
	all := map[reflect.Type][]any{}
	for _, values := range [][]any{
		{catalog.FolderWatching, catalog.FolderPolling, catalog.FolderOffline, catalog.FolderPaused, catalog.FolderAsking},
		{catalog.PaceGentle, catalog.PaceNormal, catalog.PaceFull},
		{catalog.SkipRule, catalog.SkipCache, catalog.SkipLink, catalog.SkipSpecial, catalog.SkipHidden, catalog.SkipCloud, catalog.SkipUnreadable},
		{catalog.FileIndexed, catalog.FileReading, catalog.FileWaiting, catalog.FileFailed, catalog.FileExcluded, catalog.FileSkipped},
		{catalog.ExtentWhole, catalog.ExtentPart, catalog.ExtentNone},
		{catalog.StatusUploaded, catalog.StatusProcessing, catalog.StatusProcessed, catalog.StatusFailed, catalog.StatusRemote},
		{catalog.HitCurrent, catalog.HitChanged, catalog.HitMissing, catalog.HitOffline, catalog.HitRemote},
		{catalog.UnscannedWaits, catalog.UnscannedRead},
		{catalog.SourceUpload, catalog.SourceFolder, catalog.SourceURL},
		{catalog.RoleViewer, catalog.RoleEditor, catalog.RoleAdmin, catalog.RoleOwner, catalog.RoleNone},
		{catalog.BlockParagraph, catalog.BlockHeading, catalog.BlockListItem, catalog.BlockTableRow, catalog.BlockCode},
		{catalog.Invalid, catalog.Unauthenticated, catalog.Denied, catalog.NotFound, catalog.Gone, catalog.Conflict, catalog.TooLarge,
			catalog.NeedsConsent, catalog.Limited, catalog.Unavailable, catalog.Unsupported, catalog.Locked, catalog.Corrupt, catalog.Internal},
	} {
		all[reflect.TypeOf(values[0])] = values
	}
	return all
}
