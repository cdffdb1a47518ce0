// Command azcorepoller begins a job at a URL, as an Azure client does, and waits for its end with azcore's own poller. It prints what the job
// came to, or ends with 1 and says why it failed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

func main() {
	if err := wait(os.Args[1], os.Args[2]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func wait(method, url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pipeline := runtime.NewPipeline("azcorepoller", "v1", runtime.PipelineOptions{}, &policy.ClientOptions{Retry: policy.RetryOptions{MaxRetries: -1}})
	request, err := runtime.NewRequest(ctx, method, url)
	if err != nil {
		return err
	}
	response, err := pipeline.Do(request)
	if err != nil {
		return err
	}
	if !runtime.HasStatusCode(response, 200, 201, 202) {
		return runtime.NewResponseError(response)
	}
	poller, err := runtime.NewPoller(response, pipeline, &runtime.NewPollerOptions[json.RawMessage]{FinalStateVia: runtime.FinalStateViaLocation})
	if err != nil {
		return err
	}
	result, err := poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: time.Second})
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", result)
	return nil
}
