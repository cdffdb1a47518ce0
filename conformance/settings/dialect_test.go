package settings

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

func TestDialects(t *testing.T) {
	all, err := readDialects("dialects.yaml", dialectsText, mostDocuments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again dialect.Dialect
		if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%s is not the same once written and read: %v\n%s", d.Name, err, text)
		}
		t.Log(d.Name, "|", d.Start.Reply, "|", d.Monitor.Pending, "|", d.Monitor.Done, "|", d.Monitor.At, "|", d.Result.At)
	}
}

func TestTwoOhTwoIsItsDocument(t *testing.T) {
	if d := Dialects()[0]; !reflect.DeepEqual(d, dialect.TwoOhTwo) {
		t.Errorf("got  %+v\nwant %+v", d, dialect.TwoOhTwo)
	}
}
