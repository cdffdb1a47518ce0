// Package hostile shows that no server, however hostile, can hang a run, flood it, send it elsewhere or make it tell a secret. It
// is a table of wire behaviours ([rows]), and laws that hold for all of them. It holds tests alone.
//
//	go test ./conformance/proof/hostile                                    # in process, with fake time
//	TWO_OH_TWO_FULL=1 go test ./conformance/proof/hostile -run Generated       // half a minute of generated streams
//	TWO_OH_TWO_FULL=1 go test ./conformance/proof/hostile -run Processes       // the command, its memory and its files
//	TWO_OH_TWO_FUZZ=10m go test ./conformance/proof/hostile -run Generated -timeout 20m
package hostile
