package catalog

// Provenance is what is known of a content beside itself: what it replaces or is replaced by, and what made its metadata.
type Provenance struct {
	Related    []RelatedVersion // newest first; nil for a content without a version string
	Executions []TaskExecution  // those that Inference names, in the order of the names, each once
}
