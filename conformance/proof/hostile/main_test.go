package hostile

import (
	"io"
	"log"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http logs what odd servers do, as in the command
	os.Exit(m.Run())
}
