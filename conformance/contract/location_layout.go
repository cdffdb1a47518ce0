package contract

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var locationForgedHost = require(Requirement{
	ID: "location.forged-host", Level: May, Source: "OWASP, host header injection",
	Says: `A client's own X-Forwarded-Host or Forwarded field chooses the {monitor-field}'s host: a warning. Judged only with --probe forged-host, with a
		host under .invalid.`,
	Means: "Where a cache stands before the server, one client can send others to a host of its choice.",
	How: `Asked for by --probe forged-host alone: one start carries X-Forwarded-Host and Forwarded with a host under .invalid. The answer is yes
		where the {monitor-field} names that host. A proxy that overwrites these fields makes it no.`,
	judge:   judgeForgedHost,
	applies: saysMonitor,
})

func judgeForgedHost(o *view) Judgement {
	asked := o.probes(record.ProbeForgedHost, record.RoleStart)
	if len(asked) == 0 {
		return notApplicable("not asked for (--probe forged-host)")
	}
	e := asked[0]
	if !o.Protocol.Accepted.On(e) {
		return notObserved("the start with forged fields was answered " + e.StatusText())
	}
	j := Judgement{Outcome: No, Exchanges: numbers(asked)}
	if value, _ := o.Protocol.Monitor.One(e); strings.HasSuffix(hostOf(uri.Resolve(e.Request.URL, value)), ".invalid") {
		j.Outcome, j.Got = Yes, o.Protocol.Monitor.String()+": "+value
	}
	return j
}

var locationLayout = require(Requirement{
	ID: "location.layout", Level: May, Source: "seed 2, 3",
	Says:  "The paths are the seed's own: /monitor/{id} and /result/{id} with one id.",
	Means: "Clients that build the URLs in place of following them work here, and nowhere else.",
	How: `The answer is no as soon as one job that was followed to its result has other paths below the base path, or two different ids. Nothing
		depends on it: a run follows Locations, and assumes no layout.`,
	Needs:   []string{"result.ok"},
	judge:   judgeLayout,
	applies: isTwoOhTwo,
})

func judgeLayout(o *view) Judgement {
	base := strings.TrimSuffix(uri.Split(o.Target.BaseURL).Path, "/")
	seen := notObserved("no job was followed to its result")
	for _, j := range o.jobs {
		monitor, result := j.MonitorURL, j.ResultURL
		if monitor == "" || j.firstResult(o) == nil {
			continue
		}
		m, r := uri.Split(monitor), uri.Split(result)
		id, isMonitor := strings.CutPrefix(m.Path, base+"/monitor/")
		same, isResult := strings.CutPrefix(r.Path, base+"/result/")
		if !isMonitor || !isResult || id != same || id == "" {
			return Judgement{Outcome: No, Got: fmt.Sprintf("%s and %s", monitor, result), Exchanges: numbers([]*record.Exchange{j.Start, j.Done})}
		}
		seen = Judgement{Outcome: Yes, Exchanges: numbers([]*record.Exchange{j.Start, j.Done})}
	}
	return seen
}
