package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const ownIDMend = "put the id of the job itself there: not the last one's, nor one from a variable that requests share"

// whyNotItsOwn shows two starts that were given one monitor: its id is in the body of the one, and the body of the other has another id.
func whyNotItsOwn(first, second *record.Exchange) cause {
	named := urlParts(uri.Split(second.Value("Location")))
	ids := bodyTexts(first.Body.Beginning)
	i := slices.IndexFunc(ids, func(id string) bool { return len(id) >= leastID && slices.Contains(named, id) })
	if i < 0 {
		return cause{}
	}
	others := bodyTexts(second.Body.Beginning)
	if slices.Contains(others, ids[i]) {
		return cause{}
	}
	for _, id := range others {
		if len(id) == len(ids[i]) && !slices.Contains(ids, id) && !strings.ContainsAny(id, " /:") {
			return cause{name: "id-of-another-job", says: fmt.Sprintf("the body of #%d has the id %s, and its {monitor-field} the one that #%d has in its body", second.Number, id, first.Number), mend: ownIDMend, shown: second}
		}
	}
	return cause{}
}

// whyOfAnother shows a job whose result is named by the id of another job. Numbers may be counted for jobs and for results apart.
func whyOfAnother(o *view, j *jobView) cause {
	last := func(url string) string { return url[strings.LastIndexAny(url, "/=")+1:] }
	id := last(j.ResultURL)
	if len(id) < leastID || digits(id) || strings.Contains(j.MonitorURL, id) {
		return cause{}
	}
	for _, other := range o.jobs {
		if other != j && other.Start != nil && last(other.MonitorURL) == id {
			return cause{name: "id-of-another-job", says: fmt.Sprintf("the {result-field} of the {done} has the id of job %d (#%d), and not this one's", other.Number, other.Start.Number), mend: ownIDMend, shown: other.Start}
		}
	}
	return cause{}
}
