package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// Version is the version of the catalogue. A new MUST enters as a SHOULD for one version.
const Version = "1.0"

// Catalogue returns every requirement that can be judged, in the contract's order.
func Catalogue() []Requirement {
	groups := slices.Concat(startGroup, locationGroup, monitorGroup, resultGroup, jobsGroup, httpGroup, accessGroup, browserGroup)
	requirements := make([]Requirement, 0, len(groups))
	for _, write := range groups {
		r := write()
		r.File, r.Line = runtime.FuncForPC(reflect.ValueOf(write).Pointer()).FileLine(reflect.ValueOf(write).Pointer())
		requirements = append(requirements, r)
	}
	return requirements
}

// Digest is a short fingerprint of ids, levels and sentences: two reports with
// the same digest were judged by the same words.
func Digest(requirements []Requirement) string {
	sum := sha256.New()
	for _, r := range requirements {
		sum.Write([]byte(r.ID + "\x00" + string(r.Level) + "\x00" + r.Says + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Group is the part of an id before the dot: "monitor" of "monitor.ready".
func (r Requirement) Group() string {
	group, _, _ := strings.Cut(r.ID, ".")
	return group
}

// Find returns the requirement with that id.
func Find(id string) (Requirement, bool) {
	requirements := Catalogue()
	i := slices.IndexFunc(requirements, func(r Requirement) bool { return r.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return requirements[i], true
}
