// Package input reads the files that a user names, within bounds: a device, a pipe or a wrong path must not fill the
// memory or hold a run for ever.
package input

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// patience is how long a file that is none on a disk, such as a pipe, has until all of it was read.
const patience = 30 * time.Second

// ReadFile reads a file of at most so many bytes.
func ReadFile(path string, most int64) ([]byte, error) { return readFile(path, most, patience) }

func readFile(path string, most int64, patience time.Duration) ([]byte, error) {
	type content struct {
		text []byte
		err  error
	}
	read := make(chan content, 1)
	go func() { // to open a pipe waits for who writes to it, and nothing ends that
		f, err := os.Open(path)
		if err != nil {
			read <- content{nil, err}
			return
		}
		text, err := Read(f, path, most)
		read <- content{text, errors.Join(err, f.Close())}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case got := <-read:
		return got.text, got.err
	case <-timer.C:
		return nil, fmt.Errorf("%s did not end within %v: a file is needed, or a pipe that somebody writes to", path, patience)
	}
}

// Read reads all there is, of at most so many bytes. The name is what an error calls it.
func Read(in io.Reader, name string, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, fmt.Errorf("%s is larger than %s: is it the right file?", name, size(most))
	}
	return text, err
}

func size(bytes int64) string {
	if bytes == 1<<20 {
		return "a megabyte"
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}
