// Package sync has locks and their like for plain Go (`--profile go`), where goroutines take turns. Contracts run alone and have no use for it.
package sync

// A Locker can be locked and unlocked.
type Locker interface {
	Lock()
	Unlock()
}

// A Mutex is held by one goroutine at a time. The zero value is unlocked.
type Mutex struct {
	locked  bool
	waiters queue
}

// queue holds goroutines that wait, in the order in which they came.
type queue struct {
	n    int
	wake chan struct{}
}

func (q *queue) wait() {
	if q.wake == nil {
		q.wake = make(chan struct{})
	}
	q.n++
	<-q.wake
}

func (q *queue) one() {
	if q.n > 0 {
		q.n--
		q.wake <- struct{}{}
	}
}

func (q *queue) all() {
	for q.n > 0 {
		q.one()
	}
}

// Lock waits until nobody holds m, then holds it.
func (m *Mutex) Lock() {
	for m.locked {
		m.waiters.wait()
	}
	m.locked = true
}

// TryLock holds m if nobody does, and says whether it does now.
func (m *Mutex) TryLock() bool {
	if m.locked {
		return false
	}
	m.locked = true
	return true
}

// Unlock lets go of m, whoever holds it.
func (m *Mutex) Unlock() {
	if !m.locked {
		panic("sync: unlock of unlocked mutex")
	}
	m.locked = false
	m.waiters.one()
}

// A RWMutex is held by one writer or by any number of readers.
type RWMutex struct {
	writer  bool
	writers int
	readers int
	waiters queue
}

// Lock waits until nobody holds rw, then holds it for writing.
func (rw *RWMutex) Lock() {
	rw.writers++
	for rw.writer || rw.readers > 0 {
		rw.waiters.wait()
	}
	rw.writers--
	rw.writer = true
}

// TryLock holds rw for writing if nobody holds it, and says whether it does now.
func (rw *RWMutex) TryLock() bool {
	if rw.writer || rw.readers > 0 {
		return false
	}
	rw.writer = true
	return true
}

// Unlock lets go of rw, which was held for writing.
func (rw *RWMutex) Unlock() {
	if !rw.writer {
		panic("sync: Unlock of unlocked RWMutex")
	}
	rw.writer = false
	rw.waiters.all()
}

// RLock waits until no writer holds rw or waits for it, then holds it for reading.
func (rw *RWMutex) RLock() {
	for rw.writer || rw.writers > 0 {
		rw.waiters.wait()
	}
	rw.readers++
}

// TryRLock holds rw for reading if no writer holds it, and says whether it does now.
func (rw *RWMutex) TryRLock() bool {
	if rw.writer {
		return false
	}
	rw.readers++
	return true
}

// RUnlock lets go of rw, which was held for reading.
func (rw *RWMutex) RUnlock() {
	if rw.readers == 0 {
		panic("sync: RUnlock of unlocked RWMutex")
	}
	rw.readers--
	if rw.readers == 0 {
		rw.waiters.all()
	}
}

type readLocker struct{ rw *RWMutex }

func (l readLocker) Lock()   { l.rw.RLock() }
func (l readLocker) Unlock() { l.rw.RUnlock() }

// RLocker is rw as a Locker for reading.
func (rw *RWMutex) RLocker() Locker { return readLocker{rw} }

// A WaitGroup waits for a number of goroutines to be done.
type WaitGroup struct {
	n       int
	waiters queue
}

// Add adds delta, which may be negative, to what wg waits for.
func (wg *WaitGroup) Add(delta int) {
	wg.n += delta
	if wg.n < 0 {
		panic("sync: negative WaitGroup counter")
	}
	if wg.n == 0 {
		wg.waiters.all()
	}
}

// Done takes one from what wg waits for.
func (wg *WaitGroup) Done() { wg.Add(-1) }

// Wait waits until everything wg waits for is done.
func (wg *WaitGroup) Wait() {
	if wg.n > 0 {
		wg.waiters.wait()
	}
}

// Go calls f in a goroutine that wg waits for.
func (wg *WaitGroup) Go(f func()) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
}

// A Once calls one function, once.
type Once struct {
	done bool
	m    Mutex
}

// Do calls f if it is the first Do of o, and returns when that call is over.
func (o *Once) Do(f func()) {
	o.m.Lock()
	defer o.m.Unlock()
	if !o.done {
		defer func() { o.done = true }()
		f()
	}
}

// OnceFunc is f for callers of whom only the first one really calls it; if it panics, it panics for all.
func OnceFunc(f func()) func() {
	get := OnceValue(func() struct{} {
		f()
		return struct{}{}
	})
	return func() { get() }
}

// OnceValue is f for callers of whom only the first one really calls it.
func OnceValue[T any](f func() T) func() T {
	var once Once
	var result T
	var failed any
	well := false
	return func() T {
		once.Do(func() {
			defer func() {
				if !well {
					failed = recover()
					panic(failed)
				}
			}()
			result = f()
			well = true
		})
		if !well {
			panic(failed)
		}
		return result
	}
}

// OnceValues is OnceValue for two results.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	type both struct {
		a T1
		b T2
	}
	get := OnceValue(func() both {
		a, b := f()
		return both{a, b}
	})
	return func() (T1, T2) {
		r := get()
		return r.a, r.b
	}
}

// A Cond is a place where goroutines wait for news; L is held when it changes.
type Cond struct {
	L       Locker
	waiters queue
}

// NewCond is a Cond with a Locker.
func NewCond(l Locker) *Cond { return &Cond{L: l} }

// Wait lets go of c.L, waits for news, and holds c.L again.
func (c *Cond) Wait() {
	c.L.Unlock()
	c.waiters.wait()
	c.L.Lock()
}

// Signal wakes one goroutine that waits, if there is one.
func (c *Cond) Signal() { c.waiters.one() }

// Broadcast wakes all goroutines that wait.
func (c *Cond) Broadcast() { c.waiters.all() }

// A Pool keeps values for later use.
type Pool struct {
	// New makes a value when none is kept.
	New   func() any
	items []any
}

// Put keeps x, unless it is nil.
func (p *Pool) Put(x any) {
	if x != nil {
		p.items = append(p.items, x)
	}
}

// Get is a value that was kept, or a new one.
func (p *Pool) Get() any {
	if n := len(p.items); n > 0 {
		x := p.items[n-1]
		p.items = p.items[:n-1]
		return x
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

// A Map is a map of anything to anything.
type Map struct {
	m map[any]any
}

// Load is the value of a key, if there is one.
func (m *Map) Load(key any) (value any, ok bool) {
	value, ok = m.m[key]
	return
}

// Store sets the value of a key.
func (m *Map) Store(key, value any) { m.Swap(key, value) }

// Clear deletes everything.
func (m *Map) Clear() { clear(m.m) }

// LoadOrStore is the value of a key, set now if there was none.
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	if old, ok := m.m[key]; ok {
		return old, true
	}
	m.Store(key, value)
	return value, false
}

// LoadAndDelete deletes a key, and is its value if there was one.
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	value, loaded = m.m[key]
	delete(m.m, key)
	return
}

// Delete deletes a key.
func (m *Map) Delete(key any) { delete(m.m, key) }

// Swap sets the value of a key, and is the one before if there was one.
func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	if m.m == nil {
		m.m = map[any]any{}
	}
	previous, loaded = m.m[key]
	m.m[key] = value
	return
}

// CompareAndSwap sets the value of a key if it is old, and says whether it was.
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	if value, ok := m.m[key]; ok && value == old {
		m.m[key] = new
		return true
	}
	return false
}

// CompareAndDelete deletes a key if its value is old, and says whether it was.
func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	if value, ok := m.m[key]; ok && value == old {
		delete(m.m, key)
		return true
	}
	return false
}

// Range calls f for every key until it returns false.
func (m *Map) Range(f func(key, value any) bool) {
	for key, value := range m.m {
		if !f(key, value) {
			return
		}
	}
}
