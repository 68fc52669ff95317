//! Programs that want to hurt: each ends out of gas, or with another error, within a second of processor time for a block's gas, and the host's memory stays within twice
//! the limit of a call.

mod support;

use amigos_mir::gas::CALL_MEMORY;
use amigos_vm::outcome::ErrorKind;
use support::{Chain, contract};

const PATH: &str = "hub.amigos.dev/bombs";
/// The gas of a block.
const BLOCK_GAS: u64 = 10_000_000;
/// What `Spin` takes for that on a quiet machine, seconds of processor time.
const SPIN: f64 = 0.02;

const BOMBS: &str = r#"
package bombs

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

type node struct {
	next *node
	data [100]int
}

type wide struct{ a, b, c, d [1000]int }

var (
	Kept  []string
	Names = map[string]int{}
	Chain *node
	Sink  any
)

func Spin() {
	for {
	}
}

func Recurse(n int) int { return Recurse(n+1) + 1 }

func ping(n int) int { return pong(n) + 1 }
func pong(n int) int { return ping(n) + 1 }

func PingPong() int { return ping(0) }

func Deferred() {
	for {
		defer func() { _ = recover() }()
	}
}

func Doubling() int {
	s := "x"
	for {
		s += s
	}
}

func Quadratic() int {
	s := ""
	for i := 0; ; i++ {
		s = "y" + s
	}
}

func Appending() {
	list := []int{1}
	for {
		list = append(list, list...)
	}
}

func Huge(n int) int { return len(make([]int, n)) }

func Blocks() {
	var all [][]byte
	for {
		all = append(all, make([]byte, 1<<20))
	}
}

func Links() {
	var first *node
	for {
		first = &node{next: first}
	}
}

func Flood() {
	m := map[int]int{}
	for i := 0; ; i++ {
		m[i*7919] = i
	}
}

func Churn() {
	m := map[int]int{}
	for i := 0; ; i++ {
		m[i] = i
		delete(m, i-1)
		for range m {
		}
	}
}

func State() {
	for i := 0; ; i++ {
		Kept = append(Kept, strings.Repeat("k", 1000))
		Names[strconv.Itoa(i)] = i
	}
}

func StateChain() {
	for {
		Chain = &node{next: Chain}
	}
}

func Events() {
	for {
		amigos.Emit("Boom", "text", strings.Repeat("e", 2000))
	}
}

func Width() int {
	n := 0
	for {
		n += len(fmt.Sprintf("%1000000d", n))
	}
}

func Precise() int {
	n := 0
	for {
		n += len(strconv.FormatFloat(1.5, 'f', 1000000, 64))
	}
}

func Printing() {
	list := make([]any, 1000)
	for i := range list {
		list[i] = list[:i]
	}
	_ = fmt.Sprint(list...)
}

func Repeats() int {
	n := 0
	for {
		n += len(strings.Repeat("ab", 1<<24))
	}
}

func Joins() int {
	parts := make([]string, 10000)
	for i := range parts {
		parts[i] = "part"
	}
	for {
		parts[0] = strings.Join(parts, ",")
	}
}

func Replaces() string {
	s := "a"
	for {
		s = strings.ReplaceAll(s, "a", "aaaaaaaaaaaaaaaa")
	}
}

func Expression() bool { return regexp.MustCompile("((a{100}){100}){100}").MatchString("a") }

func Searching() bool {
	text := strings.Repeat("a", 30000)
	re := regexp.MustCompile("(a*)*(a*)*(a*)*b")
	for {
		if re.MatchString(text) {
			return true
		}
	}
}

func Powers() int {
	x := big.NewInt(3)
	for {
		x.Mul(x, x)
	}
}

func Power() string {
	x := new(big.Int).Exp(big.NewInt(7), big.NewInt(1<<40), nil)
	return x.String()
}

func Nested() error {
	var v any
	return json.Unmarshal([]byte(strings.Repeat("[", 1<<20)), &v)
}

func Marshal() int {
	v := any("x")
	for {
		v = []any{v, v}
		b, _ := json.Marshal(v)
		_ = b
	}
}

func Hashing() {
	data := make([]byte, 1<<20)
	for {
		sum := sha256.Sum256(data)
		data[0] = sum[0]
	}
}

func Copies() {
	var x wide
	list := []wide{x}
	for {
		y := list[0]
		y.a[0]++
		list[0] = y
	}
}

func Compares() bool {
	var x, y any = wide{}, wide{}
	n := 0
	for x == y {
		n++
	}
	return n > 0
}

func Keys() {
	m := map[wide]int{}
	for i := 0; ; i++ {
		var k wide
		k.a[0] = i
		m[k] = i
	}
}

func Sorting() {
	list := make([]int, 100000)
	for i := range list {
		list[i] = (i * 7919) % 100003
	}
	for {
		slices.SortFunc(list, func(a, b int) int { return (a*31+b*17)%3 - 1 })
	}
}

func Closures() {
	f := func() int { return 0 }
	for {
		g := f
		f = func() int { return g() + 1 }
	}
}

func Panics() {
	for {
		func() {
			defer func() { _ = recover() }()
			var p *node
			p.next = nil
		}()
	}
}

func Boxes() {
	for i := 0; ; i++ {
		Sink = [3]any{Sink, i, "box"}
	}
}

func Runes() int {
	s := strings.Repeat("世", 100000)
	n := 0
	for {
		n += len([]rune(s)) + len(strings.ToUpper(s))
	}
}

func Growing() string {
	var b strings.Builder
	for {
		b.WriteString("0123456789012345678901234567890123456789")
	}
}

// nowhere counts what is written to it.
type nowhere struct{ n int }

func (w *nowhere) Write(p []byte) (int, error) {
	w.n += len(p)
	return len(p), nil
}

func execute(text string) {
	for {
		t := template.Must(template.New("bomb").Parse(text))
		if err := t.Execute(&nowhere{}, list); err != nil {
			panic(err)
		}
	}
}

func TemplateLoops() { execute("{{range 1000}}{{range 1000}}{{range 1000}}x{{end}}{{end}}{{end}}") }

func TemplateRecursion() { execute(`{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`) }

func TemplateBranches() { execute(`{{define "a"}}{{range .}}{{template "a" $}}{{end}}{{end}}{{template "a" .}}`) }

func TemplateDoubling() {
	execute(`{{$x := "x"}}{{range 60}}{{$x = print $x $x}}{{end}}{{len $x}}`)
}

func TemplateWidths() { execute(`{{range 1000000}}{{printf "%1000000d" .}}{{end}}`) }

func TemplateNesting() { execute(strings.Repeat("{{if true}}", 100000)) }

func TemplateParens() { execute("{{" + strings.Repeat("(", 100000)) }

var list = []int{1, 2, 3}

// ManyExpressions are different, so that none is known yet.
func ManyExpressions() {
	for i := 0; ; i++ {
		regexp.MustCompile("(x" + strconv.Itoa(i) + "{20}){20}").MatchString("x")
	}
}

type grid [64][64][64]struct{ a, b any }

var Grids []grid

func GiantValues() {
	for {
		var g grid
		Grids = append(Grids, g)
	}
}

func GiantCopies() {
	var g grid
	for {
		h := g
		g = h
	}
}

func GiantConstants() int {
	const c = 1 << 510
	n := 0
	for {
		n += c >> 500
	}
}
"#;

/// The processor time of this thread in seconds, if the system tells.
fn spent() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}

/// A line of this process' status, in bytes, if the system tells.
fn status(what: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib << 10)
}

#[test]
fn bombs_end_soon_and_small() {
    let chain = Chain::new(&[contract(PATH, BOMBS)]);
    let names =
        BOMBS.lines().filter_map(|line| line.strip_prefix("func ")?.split('(').next()).filter(|name| name.starts_with(char::is_uppercase));
    let mut wrong = String::new();
    let mut count = 0;
    // how much slower than a quiet machine this one is just now, by the bomb that does nothing else than to burn gas
    let mut slower = 1.0_f64;
    for name in names {
        let arguments: &[&str] = match name {
            "Recurse" => &["0"],
            "Huge" => &["1000000000000"],
            _ => &[],
        };
        // once to link and compile what it needs
        let mut request = chain.request(PATH, name, arguments);
        request.gas_limit = 1_000;
        let _ = chain.engine.call(&request, &chain.store);
        request.gas_limit = BLOCK_GAS;
        // the high-water mark is set back, where the system lets us
        let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        let (start, before) = (spent(), status("VmRSS"));
        let out = chain.engine.call(&request, &chain.store).expect("nothing to fetch");
        let (end, peak) = (spent(), status("VmHWM"));
        match &out.error {
            Some(e) if e.kind != ErrorKind::Broken && e.kind != ErrorKind::BadCall => {}
            other => wrong.push_str(&format!("{name} ends with {other:?}\n")),
        }
        if let (Some(start), Some(end)) = (start, end)
            && name == "Spin"
        {
            slower = ((end - start) / SPIN).max(1.0);
        }
        if let (Some(start), Some(end)) = (start, end)
            && end - start > slower
        {
            wrong.push_str(&format!("{name} takes {:.2} s\n", end - start));
        }
        if let (Some(before), Some(peak), true) = (before, peak, reset)
            && peak.saturating_sub(before) > 2 * CALL_MEMORY
        {
            wrong.push_str(&format!("{name} takes {} MiB\n", (peak - before) >> 20));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "of {count} bombs:\n{wrong}");
    assert!(count > 40);
}
