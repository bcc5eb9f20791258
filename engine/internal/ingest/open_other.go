//go:build !unix

package ingest

const openFlags = 0
