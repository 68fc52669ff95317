// math, bits, hashes, sorting and time.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"
)

type byLength []string

func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type point struct {
	X, Y int
	Name string
}

type codeError struct{ Code int }

func (e codeError) Error() string { return fmt.Sprint("code ", e.Code) }

func main() {
	for _, x := range []float64{0, 1, -1, 2, 0.5, 2.5, -2.5, 100, math.Inf(1), math.NaN(), 1e300} {
		fmt.Println(math.Sqrt(x), math.Floor(x), math.Ceil(x), math.Trunc(x), math.Round(x), math.RoundToEven(x), math.Abs(x), math.Signbit(x), math.IsNaN(x))
		fmt.Println(math.Mod(x, 3), math.Remainder(x, 3), math.Max(x, 1), math.Min(x, 1), math.Float64bits(x), math.Float32bits(float32(x)), math.Ldexp(x, 3))
		fmt.Printf("%.12g %.12g %.12g %.12g %.12g %.12g\n", math.Sin(x/1e3), math.Exp(x/1e3), math.Log(math.Abs(x)+1), math.Pow(math.Abs(x), 0.25), math.Atan2(x, 2), math.Hypot(x, 4))
		frac, exp := math.Frexp(x)
		whole, rest := math.Modf(x)
		fmt.Println(frac, exp, whole, rest)
	}
	for _, x := range []uint64{0, 1, 255, 1 << 63, 0xdeadbeefcafebabe} {
		hi, lo := bits.Mul64(x, 0x123456789abcdef)
		fmt.Println(bits.Len64(x), bits.OnesCount64(x), bits.TrailingZeros64(x), bits.Reverse64(x), bits.ReverseBytes64(x), bits.LeadingZeros64(x), bits.RotateLeft64(x, 13), hi, lo)
	}
	q, r := bits.Div64(5, 7, 11)
	fmt.Println(q, r)
	fmt.Printf("%x\n", sha256.Sum256([]byte("hello")))
	fmt.Println(hex.EncodeToString([]byte("hello\xff")))
	_, err := hex.DecodeString("6x")
	fmt.Println(err)
	words := []string{"pear", "fig", "banana", "kiwi", "apple", "date"}
	sort.Sort(byLength(words))
	fmt.Println(words)
	sort.Strings(words)
	fmt.Println(words, sort.SearchStrings(words, "date"))
	points := []point{{3, 1, "c"}, {1, 2, "a"}, {2, 0, "b"}}
	sort.Slice(points, func(i, j int) bool { return points[i].X < points[j].X })
	fmt.Println(points)
	flags := []bool{true, false, true}
	sort.Slice(flags, func(i, j int) bool { return !flags[i] && flags[j] })
	octets := []byte("sorting")
	sort.Slice(octets, func(i, j int) bool { return octets[i] < octets[j] })
	fmt.Println(flags, string(octets), bytes.Equal(octets, []byte("ginorst")))
	ints := []int{5, 2, 8, 1}
	slices.Sort(ints)
	fmt.Println(ints, slices.Max(ints), slices.Contains(ints, 8))
	wrapped := fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", codeError{7}))
	var code codeError
	fmt.Println(errors.As(wrapped, &code), code.Code, errors.Is(wrapped, codeError{7}), errors.Unwrap(wrapped))
	t := time.Date(2024, time.February, 29, 23, 59, 58, 123456789, time.UTC)
	fmt.Println(t, t.Unix(), t.Weekday(), t.YearDay(), t.Add(90*time.Minute).Format(time.RFC3339), t.AddDate(1, 0, 0).Format("Mon Jan _2 15:04:05.000 2006"))
	d := 3*time.Hour + 25*time.Minute + 45*time.Second + 500*time.Millisecond
	fmt.Println(d, d.Hours(), d.Truncate(time.Minute), time.Duration(1500), t.Truncate(time.Hour).Format(time.Kitchen))
	parsed, err := time.Parse("2006-01-02 15:04", "2023-11-05 07:08")
	fmt.Println(parsed, err, parsed.Before(t), t.Sub(parsed))
	_, err = time.Parse(time.RFC3339, "nonsense")
	fmt.Println(err)
	func() {
		defer func() { fmt.Println(recover()) }()
		var m map[string]int
		m["x"] = 1
	}()
	func() {
		defer func() { fmt.Printf("%v %T\n", recover(), errors.New("x")) }()
		panic(fmt.Sprintf("%05.1f", 2.25))
	}()
}
