// Package state has work on what persists.
package state

import "errors"

var errNone = errors.New("state: there is none")

type author struct {
	Name  string
	Posts []int
}

type post struct {
	Title string
	By    amigos.Address
	Votes int
	Tags  []string
}

type node struct {
	value int
	next  *node
}

var (
	total   int
	numbers []int
	posts   []post
	people  = map[string]*author{}
	latest  *post
	list    *node
	length  int
	table   [16]int
	queue   []string
	flags   []bool
	names   []string
)

func Count() int {
	total++
	return total
}

func Total() int { return total }

func Push(n int) int {
	numbers = append(numbers, n)
	return len(numbers)
}

func Sum() int {
	sum := 0
	for _, n := range numbers {
		sum += n
	}
	return sum
}

func At(i int) int {
	if i < 0 || i >= len(numbers) {
		return 0
	}
	return numbers[i]
}

func Set(i, n int) {
	if i >= 0 && i < len(numbers) {
		numbers[i] = n
	}
}

func Increment() {
	for i := range numbers {
		numbers[i]++
	}
}

func Publish(title string) int {
	posts = append(posts, post{Title: title, By: msg.Sender})
	return len(posts) - 1
}

func Vote(id int) error {
	if id < 0 || id >= len(posts) {
		return errNone
	}
	posts[id].Votes++
	return nil
}

func Tag(id int, tag string) error {
	if id < 0 || id >= len(posts) {
		return errNone
	}
	p := &posts[id]
	p.Tags = append(p.Tags, tag)
	return nil
}

func Tags(id int) int {
	if id < 0 || id >= len(posts) {
		return 0
	}
	n := 0
	for _, tag := range posts[id].Tags {
		n += len(tag)
	}
	return n
}

func Titles() int {
	n := 0
	for _, p := range posts {
		n += len(p.Title)
	}
	return n
}

func Best() string {
	best := 0
	title := ""
	for i := range posts {
		if posts[i].Votes >= best {
			best = posts[i].Votes
			title = posts[i].Title
		}
	}
	return title
}

func Newest() int {
	sum := 0
	shown := 0
	for id := len(posts) - 1; id >= 0 && shown < 5; id-- {
		shown++
		sum += posts[id].Votes
	}
	return sum
}

func SameAuthor() int {
	pairs := 0
	for i := range posts {
		for j := range posts {
			if i != j && posts[i].By == posts[j].By {
				pairs++
			}
		}
	}
	return pairs
}

func Register(name string) bool {
	if _, ok := people[name]; ok {
		return false
	}
	people[name] = &author{Name: name}
	return true
}

func Write(name string, n int) error {
	a, ok := people[name]
	if !ok {
		return errNone
	}
	a.Posts = append(a.Posts, n)
	return nil
}

func Written(name string) int {
	a, ok := people[name]
	if !ok {
		return 0
	}
	sum := 0
	for _, n := range a.Posts {
		sum += n
	}
	return sum
}

func Everyone() int {
	n := 0
	for _, a := range people {
		n += len(a.Posts)
	}
	return n
}

func SetLatest(title string) { latest = &post{Title: title, By: msg.Sender} }

func Latest() string {
	if latest == nil {
		return ""
	}
	return latest.Title
}

func Chain(n int) int {
	if length < 40 {
		list = &node{n, list}
		length++
	}
	return length
}

func First() int {
	if list == nil || list.next == nil {
		return 0
	}
	return list.value + list.next.value
}

func Walk() int {
	sum := 0
	for n := list; n != nil; n = n.next {
		sum += n.value
	}
	return sum
}

func Table(i, n int) int {
	if i < 0 || i >= len(table) {
		return 0
	}
	table[i] += n
	return table[i]
}

func TableSum() int {
	sum := 0
	for _, n := range table {
		sum += n
	}
	return sum
}

func Enqueue(s string) int {
	queue = append(queue, s)
	return len(queue)
}

func Dequeue() string {
	if len(queue) == 0 {
		return ""
	}
	s := queue[0]
	queue = queue[1:]
	return s
}

func Queued() int {
	n := 0
	for _, s := range queue {
		n += len(s)
	}
	return n
}

func PushMany(n int) int {
	if n > 20 {
		n = 20
	}
	for i := 0; i < n; i++ {
		flags = append(flags, i%2 == 0)
	}
	return len(flags)
}

func Remember(name string) bool {
	for _, n := range names {
		if n == name {
			return false
		}
	}
	names = append(names, name)
	return true
}

func Forget(name string) {
	for i, n := range names {
		if n == name {
			last := len(names) - 1
			names[i] = names[last]
			names = names[:last]
			return
		}
	}
}

func GrowAndSum(n int) int {
	numbers = append(numbers, n, n+1)
	sum := 0
	for _, x := range numbers {
		sum += x
	}
	return sum
}

func Told(id int) { amigos.Emit("Told", "id", id, "by", msg.Sender) }
