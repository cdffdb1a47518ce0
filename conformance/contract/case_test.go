package contract

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A testCase edits the healthy run in one place, and says what becomes of one requirement. What it leaves
// out follows: where the requirement fails, it alone fails; where it is blocked, only what blocks it does; else nothing.
type testCase struct {
	id      string
	name    string
	outcome Outcome
	tells   string // what Got, Reason or, where blocked, BlockedBy says of it
	edit    edit
}

func cases() []testCase {
	var all []testCase
	for _, table := range [][]testCase{
		startCases, locationCases, monitorCases, lifeCases, expiryCases, cacheCases, unwatchedCases, resultCases, ownCases, jobsCases, honestCases,
		probeCases, hostileCases, headCases, httpCases, accessCases, browserCases, layoutCases, disconnectCases, longCases, sharedCases, restartCases, replicaCases,
	} {
		all = append(all, table...)
	}
	return all
}

func (c testCase) observation() *record.Observation {
	r := healthy()
	c.edit(r)
	return r.arranged()
}

func TestRequirements(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.id+"/"+c.name, func(t *testing.T) {
			g := NewWithT(t)
			rulings := Judge(c.observation(), Catalogue())
			ruling := rulingOf(rulings, c.id)
			g.Expect(ruling.Outcome).To(Equal(c.outcome), "got %q, reason %q; failing: %v", ruling.Got, ruling.Reason, failing(rulings))
			switch c.outcome {
			case Fail:
				g.Expect(ruling.Got).To(ContainSubstring(c.tells))
				g.Expect(c.tells).NotTo(BeEmpty(), "a failing case says what Got tells")
				g.Expect(ruling.Want).NotTo(BeEmpty())
				g.Expect(ruling.Exchanges).NotTo(BeEmpty())
				g.Expect(failing(rulings)).To(ConsistOf(c.id), "one cause, one failure")
			case Blocked:
				g.Expect(ruling.BlockedBy).To(Equal(c.tells))
				g.Expect(failing(rulings)).To(ConsistOf(c.tells), "one cause, one failure")
			default:
				g.Expect(ruling.Reason).To(ContainSubstring(c.tells))
				g.Expect(failures(rulings)).To(BeEmpty(), "nothing is wrong")
			}
		})
	}
}

func rulingOf(rulings []Ruling, id string) Ruling {
	for _, r := range rulings {
		if r.ID == id {
			return r
		}
	}
	return Ruling{Judgement: Judgement{Reason: "there is no " + id}}
}

func failing(rulings []Ruling) []string {
	list := []string{}
	for _, r := range rulings {
		if r.Outcome == Fail {
			list = append(list, r.ID)
		}
	}
	return list
}

// failures are the failing requirements, and what was got.
func failures(rulings []Ruling) []string {
	var list []string
	for _, r := range rulings {
		if r.Outcome == Fail {
			list = append(list, r.ID+": "+r.Got)
		}
	}
	return list
}

// TestHealthyRunPassesEverything makes sure that the tables edit a record that passes.
func TestHealthyRunPassesEverything(t *testing.T) {
	r := healthy()
	both(https, young(200), framed(), forged("api.example.org"), on(pendings, with("Retry-After: 0")))(r)
	for _, r := range Judge(r.arranged(), Catalogue()) {
		if r.Outcome != Pass && r.Outcome != Yes && r.ID != "location.forged-host" && r.ID != idJobsSurviveRestart && r.ID != idJobsSurviveRollout && r.ID != jobsReplicaLag.ID {
			t.Errorf("%s: %s %s%s", r.ID, r.Outcome, r.Got, r.Reason)
		}
	}
}

func TestEveryRequirementHasCases(t *testing.T) {
	seen := map[string]map[Outcome]bool{}
	for _, c := range cases() {
		if seen[c.id] == nil {
			seen[c.id] = map[Outcome]bool{}
		}
		seen[c.id][c.outcome] = true
	}
	for _, r := range Catalogue() {
		had := seen[r.ID]
		delete(seen, r.ID)
		kinds := map[string]bool{"passing": had[Pass], "failing": had[Fail], "unjudged": had[NotObserved] || had[Blocked] || had[NotApplicable]}
		if r.Level == May {
			kinds["passing"], kinds["failing"] = had[Yes], had[No]
		}
		for kind, has := range kinds {
			if !has {
				t.Errorf("%s has no %s cases", r.ID, kind)
			}
		}
	}
	for id := range seen {
		t.Errorf("cases of %q, which is not in the catalogue", id)
	}
}

// TestLaws holds every record of the tables against what is so of every record.
func TestLaws(t *testing.T) {
	const oneIn = 5 // each record holds some requirements against being judged alone, and the next record others
	for n, c := range cases() {
		t.Run(c.id+"/"+c.name, func(t *testing.T) {
			g := NewWithT(t)
			o := c.observation()
			all := Judge(o, Catalogue())
			g.Expect(reflect.DeepEqual(o, c.observation())).To(BeTrue(), "judging changes nothing")
			g.Expect(judgements(Judge(o, Catalogue()))).To(Equal(judgements(all)), "judging twice gives the same")
			catalogue := Catalogue()
			for i, r := range catalogue {
				g.Expect(all[i].ID).To(Equal(r.ID), "in the catalogue's order")
				checkForm(t, all[i], all)
				if (i+n)%oneIn > 0 && r.ID != c.id {
					continue
				}
				if alone := Judge(o, catalogue[i:i+1])[0].Judgement; !reflect.DeepEqual(alone, all[i].Judgement) {
					t.Errorf("%s alone is judged %+v, among all %+v", r.ID, alone, all[i].Judgement)
				}
			}
		})
	}
}

func judgements(rulings []Ruling) []Judgement {
	var list []Judgement
	for _, r := range rulings {
		list = append(list, r.Judgement)
	}
	return list
}

// checkForm holds a ruling against what Judgement promises.
func checkForm(t *testing.T, r Ruling, all []Ruling) {
	law := func(kept bool, says string) {
		if !kept {
			t.Errorf("%s: %s: %+v", r.ID, says, r.Judgement)
		}
	}
	law(slices.Contains([]Outcome{Pass, Fail, Blocked, NotObserved, NotApplicable, Yes, No}, r.Outcome), "its outcome is none")
	law(r.Level != May || r.Outcome != Pass && r.Outcome != Fail, "a MAY neither passes nor fails")
	law((r.Reason == "") == r.Outcome.Judged(), "a reason where, and only where, it is not judged")
	law((r.BlockedBy != "") == (r.Outcome == Blocked), "it is blocked by something, or not blocked")
	law(r.Level == May || (r.Got != "") == (r.Outcome == Fail), "what was got is said where it fails")
	law(!strings.Contains(r.Got+r.Likely, "%!"), "its words are whole")
	law(r.Outcome != Blocked || rulingOf(all, r.BlockedBy).Outcome == Fail, "what it is blocked by failed")
}
