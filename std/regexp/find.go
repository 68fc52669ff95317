package regexp

// Find, FindAll: bytes or String, Submatch: with the groups, Index: places and no text.
// FindString returns the text of the first match, and "" if there is none.
func (re *Regexp) FindString(s string) string {
	if m := re.first(s, 2); m != nil {
		return s[m[0]:m[1]]
	}
	return ""
}

// FindStringIndex returns where the first match begins and ends, and nil if there is none.
func (re *Regexp) FindStringIndex(s string) (loc []int) { return re.first(s, 2) }

// FindStringSubmatch returns the texts of the first match and of its groups, and nil if there is
// no match.
func (re *Regexp) FindStringSubmatch(s string) []string { return texts(s, re.first(s, re.slots())) }

// FindStringSubmatchIndex returns where the first match and its groups begin and end, -1 for groups
// without part in it, and nil if there is no match.
func (re *Regexp) FindStringSubmatchIndex(s string) []int { return re.first(s, re.slots()) }

// Find returns the bytes of the first match, and nil if there is none.
func (re *Regexp) Find(b []byte) []byte {
	if m := re.first(string(b), 2); m != nil {
		return b[m[0]:m[1]:m[1]]
	}
	return nil
}

// FindIndex returns where the first match begins and ends, and nil if there is none.
func (re *Regexp) FindIndex(b []byte) (loc []int) { return re.first(string(b), 2) }

// FindSubmatch returns the bytes of the first match and of its groups, and nil if there is no match.
func (re *Regexp) FindSubmatch(b []byte) [][]byte { return parts(b, re.first(string(b), re.slots())) }

// FindSubmatchIndex returns where the first match and its groups begin and end, -1 for groups
// without part in it, and nil if there is no match.
func (re *Regexp) FindSubmatchIndex(b []byte) []int { return re.first(string(b), re.slots()) }

// texts returns the parts of s between pairs of places.
func texts(s string, m []int) []string {
	if m == nil {
		return nil
	}
	all := make([]string, len(m)/2)
	for i := range all {
		if m[2*i] >= 0 {
			all[i] = s[m[2*i]:m[2*i+1]]
		}
	}
	return all
}

// parts returns the parts of b between pairs of places.
func parts(b []byte, m []int) [][]byte {
	if m == nil {
		return nil
	}
	all := make([][]byte, len(m)/2)
	for i := range all {
		if m[2*i] >= 0 {
			all[i] = b[m[2*i]:m[2*i+1]:m[2*i+1]]
		}
	}
	return all
}

// FindAllString returns the texts of at most n matches that do not overlap; of all for n < 0.
func (re *Regexp) FindAllString(s string, n int) []string {
	var all []string
	for _, m := range re.matches(s, n, 2) {
		all = append(all, s[m[0]:m[1]])
	}
	return all
}

// FindAllStringIndex returns the places of at most n matches; of all for n < 0.
func (re *Regexp) FindAllStringIndex(s string, n int) [][]int { return re.matches(s, n, 2) }

// FindAllStringSubmatch returns the texts of at most n matches with their groups; of all for n < 0.
func (re *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	var all [][]string
	for _, m := range re.matches(s, n, re.slots()) {
		all = append(all, texts(s, m))
	}
	return all
}

// FindAllStringSubmatchIndex returns the places of at most n matches with their groups; of all for
// n < 0.
func (re *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return re.matches(s, n, re.slots())
}

// FindAll returns the bytes of at most n matches that do not overlap; of all for n < 0.
func (re *Regexp) FindAll(b []byte, n int) [][]byte {
	var all [][]byte
	for _, m := range re.matches(string(b), n, 2) {
		all = append(all, b[m[0]:m[1]:m[1]])
	}
	return all
}

// FindAllIndex returns the places of at most n matches; of all for n < 0.
func (re *Regexp) FindAllIndex(b []byte, n int) [][]int { return re.matches(string(b), n, 2) }

// FindAllSubmatch returns the bytes of at most n matches with their groups; of all for n < 0.
func (re *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	var all [][][]byte
	for _, m := range re.matches(string(b), n, re.slots()) {
		all = append(all, parts(b, m))
	}
	return all
}

// FindAllSubmatchIndex returns the places of at most n matches with their groups; of all for n < 0.
func (re *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return re.matches(string(b), n, re.slots())
}

// Split returns what stands between matches, at most n pieces; all for n < 0. The last piece is
// what is left.
func (re *Regexp) Split(s string, n int) []string {
	if n == 0 {
		return nil
	}
	if len(re.expr) > 0 && len(s) == 0 {
		return []string{""}
	}
	pieces := []string{}
	begin, end := 0, 0
	for _, m := range re.matches(s, n, 2) {
		if n > 0 && len(pieces) == n-1 {
			break
		}
		end = m[0]
		if m[1] != 0 {
			pieces = append(pieces, s[begin:end])
		}
		begin = m[1]
	}
	if end != len(s) {
		pieces = append(pieces, s[begin:])
	}
	return pieces
}
