// Package contract holds the published APIs to a running node over real HTTP: every test talks to a server that listens
// on loopback over a data directory of its own, and every answer is validated against the OpenAPI document that this
// server serves. Which test has seen an operation succeed is recorded; docs/API.md is that record, and the tests fail
// when an operation of a published contract has no test.
//
// The package holds tests only.
package contract
