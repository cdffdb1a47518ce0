package formats

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Stdout is the path that stands for standard output.
const Stdout = "-"

// standardOutput and standardError are their names as files.
var (
	standardOutput = []string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}
	standardError  = []string{"/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"}
)

// IsStandard reports whether a path is that of standard output or standard error, by whatever name.
func IsStandard(path string) bool {
	if Place(path) == Stdout || slices.Contains(standardError, filepath.Clean(path)) {
		return true
	}
	at, err := os.Stat(path)
	return err == nil && slices.ContainsFunc([]*os.File{os.Stdout, os.Stderr}, func(stream *os.File) bool {
		info, err := stream.Stat()
		return err == nil && os.SameFile(at, info)
	})
}

// Place is where a path leads in the end: two paths with the same place name the same file. Standard output is [Stdout],
// by whatever name.
func Place(path string) string {
	if path == Stdout || slices.Contains(standardOutput, filepath.Clean(path)) {
		return Stdout
	}
	path = destination(path)
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(folder, filepath.Base(path))
	}
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

// An Output is a report to be written: in which format, and where.
type Output struct {
	Format Format
	Path   string // of a file, or [Stdout]
}

// ParseOutput reads FORMAT=FILE or FORMAT=-.
func ParseOutput(text string) (Output, error) {
	name, path, found := strings.Cut(text, "=")
	if !found || path == "" {
		return Output{}, fmt.Errorf("%q does not say where to: it has to be FORMAT=FILE or FORMAT=-, such as json=report.json", text)
	}
	format, err := Named(name)
	return Output{Format: format, Path: path}, err
}

// Save writes to a path; "-" is standard output. A file appears under its name only when it is whole: it is written under
// another name in the same folder, which is made where it is not there, and renamed. A pipe that nobody reads is hardly waited
// for once ctx has ended.
func Save(ctx context.Context, path string, write func(io.Writer) error) error {
	if path == Stdout {
		return write(os.Stdout)
	}
	path = destination(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if special(path) {
		f, err := openSpecial(ctx, path)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	temporary, err := writeBeside(path, write)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

// patience is how long a pipe is waited for that nobody reads: who does opens it while the run lasts. Once the run is interrupted,
// only a reader that is there is written to.
const (
	patience            = 5 * time.Second
	interruptedPatience = time.Second / 2
)

// openSpecial opens a device or a pipe to write to it. To open a pipe waits for who reads it, and nothing ends that.
func openSpecial(ctx context.Context, path string) (*os.File, error) {
	type outcome struct {
		f   *os.File
		err error
	}
	opened := make(chan outcome, 1)
	go func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		opened <- outcome{f, err}
	}()
	waiting, giveUp := context.WithTimeout(context.Background(), patience)
	defer giveUp()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(interruptedPatience, giveUp) })()
	select {
	case o := <-opened:
		return o.f, o.err
	case <-waiting.Done():
		go func() { // should a reader come yet, it is told that there is nothing
			if o := <-opened; o.err == nil {
				_ = o.f.Close()
			}
		}()
		return nil, fmt.Errorf("%s is a pipe that nobody reads: nothing opened it in time", path)
	}
}

// RemoveStale removes what an earlier run left at a path, so that nobody takes it for this
// run's. It is no error where nothing is there.
func RemoveStale(path string) error {
	if path == Stdout {
		return nil
	}
	path = destination(path)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || special(path) {
		return nil
	}
	return os.Remove(path)
}

// Writable says why a report can't be written to a path, as far as that can be known beforehand; nil where it can.
// It leaves the file itself alone.
func Writable(path string) error {
	if path == Stdout {
		return nil
	}
	path = destination(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: a file is needed, such as %s", path, filepath.Join(path, "report"))
	}
	if special(path) {
		return nil
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	for errors.Is(err, fs.ErrNotExist) && folder != filepath.Dir(folder) { // it is made when the report is written
		folder = filepath.Dir(folder)
		info, err = os.Stat(folder)
	}
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder: %s can't be written into it", folder, filepath.Base(path))
	}
	temporary, err := writeBeside(filepath.Join(folder, filepath.Base(path)), func(io.Writer) error { return nil })
	if err != nil {
		return fmt.Errorf("nothing can be written into the folder %s: %w", folder, err)
	}
	return os.Remove(temporary)
}

// unfinished ends the name of a file that is being written.
const unfinished = ".two-oh-two"

// abandonedAfter is when nobody writes to such a file any more: who does, writes all the time.
const abandonedAfter = time.Minute

// removeUnfinished removes what runs that were killed left beside a path.
func removeUnfinished(path string) {
	folder := filepath.Dir(path)
	entries, _ := os.ReadDir(folder) // what can't be read fails in what follows
	for _, entry := range entries {
		middle, begins := strings.CutPrefix(entry.Name(), "."+filepath.Base(path)+".")
		middle, ends := strings.CutSuffix(middle, unfinished)
		if !begins || !ends || len(middle) != 8 || !entry.Type().IsRegular() {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// writeBeside writes a new file in the folder of a path, with the permissions that the user's umask gives.
func writeBeside(path string, write func(io.Writer) error) (string, error) {
	removeUnfinished(path)
	temporary := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+unfinished)
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return "", err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(temporary))
	}
	return temporary, nil
}

// destination follows symbolic links, to a file that is not there yet too: the link is kept.
func destination(path string) string {
	for range 8 { // more is a circle
		if special(path) {
			return path
		}
		to, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// special reports whether a path is a device, a pipe or an open file under another name: it is written to as it
// is, never removed or renamed over.
func special(path string) bool {
	slashed := filepath.ToSlash(path)
	for _, open := range []string{"/dev/std", "/dev/fd/", "/proc/"} {
		if strings.HasPrefix(slashed, open) {
			return true
		}
	}
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}
