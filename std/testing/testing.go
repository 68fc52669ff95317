// Package testing is what the tests of a contract report to. A test is a
// function TestXxx(t *testing.T) in a file whose name ends in _test.go; each
// runs in fresh state. There are no benchmarks, for there is no clock: `amigos
// gas` says what a function costs.
package testing

import (
	"fmt"
	"strings"
)

// TB is what T offers to helpers.
type TB interface {
	Name() string
	Helper()
	Cleanup(f func())

	// what it says
	Log(args ...any)
	Logf(format string, args ...any)

	// how it fails: at once by Fatal and FailNow, else at its end
	Fail()
	Error(args ...any)
	Errorf(format string, args ...any)
	FailNow()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Failed() bool

	// how it gives up without failing
	SkipNow()
	Skip(args ...any)
	Skipf(format string, args ...any)
	Skipped() bool
}

// T is a test that runs.
type T struct {
	name     string
	failed   bool
	skipped  bool
	log      strings.Builder
	depth    int
	names    map[string]int // how often each name of a subtest was used
	cleanups []func()
}

// stop is what FailNow and SkipNow panic with.
type stop struct {
	t *T
}

// Name returns the name of the test; of a subtest, the names of the tests around
// it before it, with slashes.
func (t *T) Name() string { return t.name }

// Failed reports whether the test has failed so far.
func (t *T) Failed() bool { return t.failed }

// Skipped reports whether the test was skipped.
func (t *T) Skipped() bool { return t.skipped }

// Helper marks the function that calls it: messages of the test name the line
// that called it.
func (t *T) Helper() { markHelper() }

// markHelper marks the caller of the running function.
//
//amigos:native gas=base:10
func markHelper()

// place returns where the test stands, as "forum_test.go:12"; helpers are left
// out.
//
//amigos:native gas=base:20
func place() string

// panicPlace returns where the panic under way began.
//
//amigos:native gas=base:20
func panicPlace() string

// Parallel does nothing: tests run one after the other.
func (t *T) Parallel() {}

// Log adds the arguments to what the test says, as fmt.Println formats them.
func (t *T) Log(args ...any) { t.say(fmt.Sprintln(args...)) }

// Logf adds what format describes to what the test says.
func (t *T) Logf(format string, args ...any) { t.say(fmt.Sprintf(format, args...)) }

func (t *T) say(text string) { t.sayAt(place(), text) }

func (t *T) sayAt(where, text string) {
	text = strings.TrimSuffix(text, "\n")
	if where != "" {
		text = where + ": " + text
	}
	t.log.WriteString("    " + strings.ReplaceAll(text, "\n", "\n        ") + "\n")
}

// Fail marks the test as failed; it goes on.
func (t *T) Fail() { t.failed = true }

// FailNow marks the test as failed and ends it.
func (t *T) FailNow() {
	t.failed = true
	panic(stop{t})
}

// Error is Log and Fail.
func (t *T) Error(args ...any) {
	t.say(fmt.Sprintln(args...))
	t.failed = true
}

// Errorf is Logf and Fail.
func (t *T) Errorf(format string, args ...any) {
	t.say(fmt.Sprintf(format, args...))
	t.failed = true
}

// Fatal is Log and FailNow.
func (t *T) Fatal(args ...any) {
	t.say(fmt.Sprintln(args...))
	t.FailNow()
}

// Fatalf is Logf and FailNow.
func (t *T) Fatalf(format string, args ...any) {
	t.say(fmt.Sprintf(format, args...))
	t.FailNow()
}

// Skip is Log and SkipNow.
func (t *T) Skip(args ...any) {
	t.say(fmt.Sprintln(args...))
	t.SkipNow()
}

// Skipf is Logf and SkipNow.
func (t *T) Skipf(format string, args ...any) {
	t.say(fmt.Sprintf(format, args...))
	t.SkipNow()
}

// SkipNow marks the test as skipped and ends it.
func (t *T) SkipNow() {
	t.skipped = true
	panic(stop{t})
}

// Cleanup has f called when the test and its subtests are over; what was added
// last is called first.
func (t *T) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

// Run runs f as a subtest and reports whether it passed. Subtests share the
// state of the test around them.
func (t *T) Run(name string, f func(t *T)) bool {
	sub := &T{name: t.name + "/" + t.unique(strings.ReplaceAll(name, " ", "_")), depth: t.depth + 1}
	run(sub, f)
	if sub.failed {
		t.failed = true
	}
	t.log.WriteString(report(sub))
	return !sub.failed
}

// unique returns the name of a subtest with a number behind it if it was used
// before.
func (t *T) unique(name string) string {
	if t.names == nil {
		t.names = map[string]int{}
	}
	n := t.names[name]
	t.names[name] = n + 1
	if n > 0 || name == "" {
		return fmt.Sprintf("%s#%02d", name, n)
	}
	return name
}

func run(t *T, f func(t *T)) {
	defer caught(t)
	defer cleanUp(t)
	f(t)
}

// caught ends a test at a panic, which is a failure unless the test stopped
// itself.
func caught(t *T) {
	where := panicPlace()
	problem := recover()
	if problem == nil {
		return
	}
	if s, ok := problem.(stop); ok && s.t == t {
		return
	}
	t.failed = true
	t.sayAt(where, fmt.Sprint("panic: ", problem))
}

func cleanUp(t *T) {
	for len(t.cleanups) > 0 {
		last := t.cleanups[len(t.cleanups)-1]
		t.cleanups = t.cleanups[:len(t.cleanups)-1]
		last()
	}
}

func report(t *T) string {
	verdict := "PASS"
	if t.skipped {
		verdict = "SKIP"
	}
	if t.failed {
		verdict = "FAIL"
	}
	return strings.Repeat("    ", t.depth) + "--- " + verdict + ": " + t.name + "\n" + t.log.String()
}

// runTest is how `amigos test` runs a test: it returns "PASS", "FAIL" or "SKIP",
// and what the test said.
func runTest(name string, f func(t *T)) (verdict string, output string) {
	t := &T{name: name}
	run(t, f)
	switch {
	case t.failed:
		return "FAIL", t.log.String()
	case t.skipped:
		return "SKIP", t.log.String()
	}
	return "PASS", t.log.String()
}
