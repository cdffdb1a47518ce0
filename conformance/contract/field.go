package contract

import "fmt"

// A FieldReport is a public report of a server, a proxy or a client that met what a requirement is about: in this
// dialect of the pattern, or in a neighbouring one.
type FieldReport struct {
	Repository string // "owner/name"
	Kind       TicketKind
	Number     int
	Says       string // what went wrong, in our own words
}

// A TicketKind is what a report is at GitHub: it decides the URL.
type TicketKind string

const (
	issue TicketKind = "issues"
	pull  TicketKind = "pull"
)

// Title names the report in short: repository#number.
func (f FieldReport) Title() string { return fmt.Sprintf("%s#%d", f.Repository, f.Number) }

// URL is where the report is.
func (f FieldReport) URL() string {
	return fmt.Sprintf("https://github.com/%s/%s/%d", f.Repository, f.Kind, f.Number)
}

// FieldReports returns the reports from the field about a requirement, the most telling first; none where none is known.
func FieldReports(id string) []FieldReport { return fieldReports()[id] }

func fieldReports() map[string][]FieldReport {
	return map[string][]FieldReport{
		"start.accepted": {
			{"Azure/azure-functions-durable-extension", issue, 2240, "a rewritten helper answered 201 where its documentation promised 202"},
			{"restcookbook/restcookbook", issue, 76, "PHP's header(\"Location: …\") silently turns the status into 302"},
			{"dotnet/aspnetcore", issue, 23582, "writing the Location failed after the job was begun: 500, and a job that nobody can reach"},
			{"medplum/medplum", pull, 9735, "one path ignored the wish to work asynchronously, and answered 200 when it was done"},
		},
		"start.location": {
			{"bmc-toolbox/bmclib", pull, 399, "controllers name the task in the body alone, and its shape changed with the firmware"},
			{"MicrosoftDocs/azure-docs", issue, 86593, "a long-running create was answered without any URL to ask"},
			{"opengeospatial/ogcapi-features", issue, 1070, "a specification allowed 202 without Location: what came of it can't be known"},
			{"nodeSolidServer/node-solid-server", issue, 253, "a proxy dropped Location on the way, though it listed it as exposed"},
			{"restlet/restlet-framework-java", issue, 948, "Location was sent twice, once absolute and once relative"},
		},
		"start.own-job": {
			{"bagidea/bagidea-office", issue, 50, "ids were made from the clock: jobs begun in the same millisecond shared one"},
			{"Azure/open-service-broker-azure", issue, 487, "the monitor told of the latest operation, not of the one that was begun"},
		},
		"start.prompt": {
			{"Kludex/starlette", issue, 919, "background tasks ran inside the answer's path once a middleware was installed"},
			{"OneDrive/onedrive-api-docs", issue, 762, "the 202 came when the copy was finished, and named the copy"},
		},
		"start.head": {
			{"dbos-inc/dbos-transact-ts", pull, 498, "HEAD would have run the workflow that GET begins"},
			{"scalableminds/webknossos", issue, 5988, "jobs were begun by GET, so whatever looks ahead or asks again began some"},
		},
		"start.uncacheable": {
			{"aehrc/pathling", pull, 1292, "a cache in front turned 202 into 200 so that it could be stored"},
			{"scalableminds/webknossos", issue, 5988, "jobs were begun by GET: an answer from a cache begins none"},
		},
		"location.syntax": {
			{"elastic/elasticsearch", issue, 21016, "ids went into the Location without percent-encoding"},
			{"folio-org/okapi", pull, 329, "an id was put into the Location unescaped"},
			{"OData/WebApi", issue, 2240, "an id beyond ASCII made the answer fail, though the object was stored"},
		},
		"location.no-downgrade": {
			{"Azure/azure-functions-durable-extension", issue, 1446, "TLS ends at the proxy, and the monitors' URLs say http"},
			{"distribution/distribution", issue, 996, "uploads (202) behind a TLS proxy were given http Locations"},
			{"SoftInstigate/restheart", issue, 749, "the Location took its scheme from the inner hop"},
			{"ehrbase/ehrbase", issue, 766, "http in the Location, behind a proxy on https"},
		},
		"location.same-origin": {
			{"Azure/azure-functions-durable-extension", issue, 1026, "monitors were named on the app's own host, and later polls undid what had been patched"},
			{"ProxyKit/ProxyKit", issue, 76, "a proxy rewrote Location on redirects alone: on 201 and 202 the inner host went out"},
			{"http-party/node-http-proxy", issue, 914, "likewise: Location on 201 and 202 was not rewritten"},
			{"distribution/distribution", issue, 1457, "the Location's port was not the one that clients had asked"},
			{"Azure/azure-functions-durable-extension", pull, 3443, "a client sent its credentials to whatever origin a 202 named"},
		},
		"location.forged-host": {
			{"capjamesg/visionscript", pull, 14, "URLs were built from the host that the caller sent (CVE-2025-69882)"},
			{"pallets/werkzeug", issue, 3247, "any Host that was sent was used"},
			{"DFE-Digital/get-help-with-tech", pull, 85, "links could be made to lead to a host of the caller's choice"},
		},
		"location.layout": {
			{"openbmc/bmcweb", issue, 272, "the monitors' paths were not those of the standard, and clients that build them broke"},
			{"O365/python-o365", pull, 628, "a client took the monitor's URL apart in place of following it"},
		},
		"monitor.ready": {
			{"Azure/azure-functions-durable-extension", issue, 143, "the id was given out before the job was stored: 404 at first, 200 later"},
			{"Azure/azure-functions-durable-extension", issue, 2927, "an ingress cut the path's prefix off, and the monitor's URL was built without it"},
			{"arangodb/arangodb", issue, 5331, "job state lived in one process, and the balancer asked another"},
			{"PayMeService/remotisan", pull, 54, "the first poll, 126 ms later, read a replica that lagged behind"},
			{"OneDrive/onedrive-api-docs", issue, 147, "the monitor refused the credentials that the start had accepted"},
		},
		"monitor.status": {
			{"firefly-iii/firefly-iii", issue, 12438, "a status file was rewritten in place, and polls met it half written: some 2000 errors in one import"},
			{"docling-project/docling-serve", issue, 177, "with several workers, one and the same monitor answered now 200, now 404"},
			{"utgarda/sidekiq-status", issue, 45, "time to live counted from the start: slow and queued jobs expired while alive"},
			{"elastic/elasticsearch", issue, 65108, "a live search was answered 404 on one code path"},
			{"gitroomhq/agent-media-app", pull, 6, "while the database was out, jobs were answered as unknown"},
		},
		"monitor.pending": {
			{"OSC/ondemand", issue, 3605, "an access layer answered polls with a redirect to its login"},
			{"microsoft/azure-pipelines-agent", pull, 2186, "a URL was redirected for a slash, and the credentials were lost on the way"},
			{"FlexMeasures/flexmeasures", issue, 2171, "\"not ready yet\" was answered 400"},
		},
		"monitor.completes": {
			{"geopython/pywps", issue, 450, "a job that had to queue stayed accepted for ever, though it had finished"},
			{"microsoft/AzureTRE", issue, 4923, "a task that nobody held on to could be garbage-collected"},
			{"scalableminds/webknossos", issue, 5687, "a worker died, and its job stayed running for ever"},
			{"LinuxForHealth/FHIR", issue, 2419, "the monitor never left pending"},
		},
		"monitor.created": {
			{"letsencrypt/boulder", issue, 1220, "the body said that it was done, the status code still that it was not"},
			{"glatzert/ACME-Server-ADCS", pull, 103, "the Location was sent twice, once absolute and once relative"},
			{"letsencrypt/boulder", issue, 8197, "Location came with some answers of one resource and not with others"},
		},
		"monitor.final": {
			{"spark-jobserver/spark-jobserver", issue, 1069, "finished jobs went back to running, in one run of five to ten"},
			{"SchweizerischeBundesbahnen/ch.sbb.polarion.extension.pdf-exporter", issue, 172, "the job was deleted at its end, before a slower client saw it"},
			{"OpenBMB/StaffDeck", issue, 173, "a bounded store: the 201st job evicted the first"},
			{"celery/celery", issue, 3596, "a job that was forgotten reads as pending again"},
		},
		"monitor.uncacheable": {
			{"Jaironlanda/isupmap", pull, 20, "a CDN put its own max-age of four hours in place of two minutes"},
			{"koala73/worldmonitor", pull, 5008, "s-maxage kept a stale verdict in a shared cache"},
		},
		"monitor.not-cached": {
			{"aehrc/pathling", issue, 2529, "a cache in front answered for one job with what it had stored of another"},
		},
		"monitor.no-store": {
			{"heysamtexas/ttyd-ify", issue, 116, "no-store was promised in the API's description, and never sent"},
		},
		"monitor.retry-after": {
			{"SpaceTradersAPI/api-docs", issue, 24, "Retry-After: 0.493"},
			{"getsentry/sentry", issue, 7919, "Retry-After: 292.052427053"},
			{"Azure/azure-sdk-for-python", issue, 34203, "Retry-After: 0.941641, on which a client broke"},
			{"dolfies/discord.py-self", issue, 853, "two fields, which a client joined into one that it could not read"},
		},
		"monitor.validators": {
			{"aehrc/pathling", issue, 2529, "one and the same ETag for every job and every state"},
			{"sasjs/cli", issue, 325, "a 304 to a poll ended in an endless loop"},
			{"sassoftware/restaf", issue, 85, "a job that had failed early kept being answered 304"},
		},
		"monitor.pending-location": {
			{"Azure/azure-sdk-for-js", issue, 20647, "which of two fields names the monitor and which the result was mixed up"},
			{"letsencrypt/boulder", issue, 8197, "Location came and went between polls, and clients had come to depend on it"},
		},
		"monitor.never-created": {
			{"stackshy/cloudemu", pull, 656, "an operation of any name was reported done"},
		},
		"monitor.unknown": {
			{"suitenumerique/messages", issue, 91, "an unknown task reads as pending, for ever"},
			{"celery/celery", issue, 3596, "PENDING is said of every id that was never seen, or was forgotten"},
			{"cloudfoundry/brokerapi", pull, 41, "\"gone\" was told by another 4xx than agreed, and the platform polled on to its limit"},
		},
		"monitor.head": {
			{"hapifhir/hapi-fhir", issue, 2219, "HEAD was refused, here by 405 and there by 400"},
			{"LBPUnion/ProjectLighthouse", pull, 717, "HEAD was not answered where GET was"},
		},
		"result.ok": {
			{"spark-jobserver/spark-jobserver", pull, 648, "\"finished\" was published before the result was"},
			{"elastic/elasticsearch", issue, 110304, "told done, and the result not to be had just then"},
			{"OneDrive/onedrive-api-docs", issue, 545, "the finished monitor named a result with an empty id"},
			{"hapifhir/hapi-fhir", issue, 4670, "poll and download URLs left out the public base, or had a path too many"},
			{"penpot/penpot", issue, 10776, "the caller's credentials went along to a signed URL, and the storage refused both"},
		},
		"result.complete": {
			{"openai/openai-java", issue, 649, "113,446,592 bytes came of a result of 391,505,535"},
			{"CentreForDigitalHumanities/Textcavator", issue, 1688, "large downloads ended before their Content-Length"},
		},
		"result.repeatable": {
			{"docling-project/docling-serve", issue, 177, "by default the first read of a result removed it"},
			{"qiskit-community/qiskit-aqt-provider", pull, 233, "a result could be read once, and was gone (410) after that"},
			{"globus/globus-compute", issue, 97, "reading the status removed the result"},
			{"cloudflare/daphne", issue, 53, "collecting the result consumed it"},
		},
		"result.own": {
			{"aehrc/pathling", issue, 2529, "one ETag for all jobs: a cache served one job's result for another's id"},
			{"Haidra-Org/horde-worker-reGen", issue, 13, "jobs that ran side by side swapped results"},
			{"CESGA-Quantum-Spain/cunqa", issue, 12, "results were handed out in the order in which they were done"},
			{"vllm-project/vllm-omni", issue, 293, "concurrent requests were given one another's results"},
		},
		"result.not-early": {
			{"OpenNeuroOrg/openneuro", issue, 218, "results could be read up to an hour before the status said done"},
		},
		"result.not-found": {
			{"CMSgov/bcda-app", pull, 151, "expired jobs had no answer of their own: now 410, and Expires beforehand"},
		},
		"result.content-type": {
			{"apache/tooling-trusted-releases", issue, 711, "JSON was sent as something else"},
			{"conveyal/r5", issue, 229, "a result's Content-Type did not fit it"},
		},
		"result.head": {
			{"project-koku/koku", pull, 268, "HEAD was refused where GET worked"},
			{"hapifhir/hapi-fhir", issue, 2219, "HEAD was refused, here by 405 and there by 400"},
		},
		"jobs.concurrent": {
			{"geopython/pygeoapi", pull, 1672, "with more than ten starts at once, first polls met no job"},
			{"razzant/claudexor", issue, 308, "under load an id was given out for which there never was a job"},
			{"geopython/pywps", issue, 450, "only jobs begun while another ran were never told done"},
			{"perdy/starlette-prometheus", issue, 33, "the second start hung for as long as the first one's job"},
		},
		"jobs.survive-disconnect": {
			{"mlrun/mlrun", pull, 2618, "the job was cancelled when its starter's connection closed"},
		},
		"jobs.independent": {
			{"Azure/open-service-broker-azure", issue, 487, "a monitor told the state of a newer operation"},
		},
		"http.no-server-error": {
			{"geopython/pygeoapi", issue, 1279, "an unknown id was an uncaught exception, traceback and all"},
			{"DataBiosphere/jade-data-repo", pull, 1192, "to ask for the result of a running job was a 500"},
			{"Mosquito-Alert/mosquito_alert", pull, 493, "an unknown id was answered 500"},
		},
		"http.method": {
			{"scalableminds/webknossos", issue, 5988, "jobs are begun by GET routes: any request that comes along begins one"},
		},
		"access.monitor": {
			{"cloudflare/daphne", issue, 53, "the collecting URL asked for no credentials: the id was the only secret"},
			{"Muskankr/AI-Resume-Analyzer", issue, 706, "the status URL was open, and gave the whole result"},
		},
		"access.result": {
			{"Muskankr/AI-Resume-Analyzer", issue, 706, "whoever knew the id got the whole result"},
		},
		"access.others": {
			{"langflow-ai/langflow", pull, 12398, "any user could read any job (GHSA-qm9w-69fr-xg4v)"},
			{"SalesforceAIResearch/MCP-Universe", pull, 68, "the login was checked, the owner was not"},
			{"vishnukothakapu/linkid", issue, 463, "likewise: jobs were looked up without asking whose they are"},
		},
		"access.unguessable": {
			{"quinque-tech-support/sns-testing", issue, 98, "ids were a timestamp and six characters"},
		},
		"browser.preflight": {
			{"hapifhir/hapi-fhir", pull, 718, "the preflight did not allow Prefer, so asynchronous starts never happened"},
			{"EasyDynamics/oscal-rest-service", pull, 55, "OPTIONS was answered 403, without CORS fields"},
		},
		"browser.exposes-location": {
			{"common-workflow-language/cwlviewer", issue, 189, "exactly a 202 whose Location no page could read"},
			{"Azure/azure-sdk-for-js", pull, 26701, "the field that names the monitor was not exposed"},
			{"letsencrypt/boulder", pull, 3337, "CORS was on, and Location was not exposed"},
			{"p2-inc/keycloak-orgs", issue, 327, "CORS was on, and Location was not exposed"},
		},
	}
}
