// Package recursion has functions that call themselves.
package recursion

func Factorial(n int) int {
	if n <= 1 {
		return 1
	}
	return n * Factorial(n-1)
}

func SumOf(xs []int) int {
	if len(xs) == 0 {
		return 0
	}
	return xs[0] + SumOf(xs[1:])
}

func Power(x, n int) int {
	if n <= 0 {
		return 1
	}
	half := Power(x, n/2)
	if n%2 == 0 {
		return half * half
	}
	return half * half * x
}

func Reverse(s string) string {
	if s == "" {
		return ""
	}
	return Reverse(s[1:]) + s[:1]
}

func Down(n int) int {
	if n > 0 {
		return Down(n - 1)
	}
	return n
}

func even(n int) bool {
	if n <= 0 {
		return true
	}
	return odd(n - 1)
}

func odd(n int) bool {
	if n <= 0 {
		return false
	}
	return even(n - 1)
}

func Even(n int) bool { return even(n) }

func Fibonacci(n int) int {
	if n > 15 {
		return 0
	}
	return fib(n)
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func Ackermann(m, n int) int {
	if m < 0 || m > 2 || n < 0 || n > 4 {
		return 0
	}
	return ackermann(m, n)
}

func ackermann(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func Last(xs []int) int {
	if len(xs) == 0 {
		return -1
	}
	if len(xs) == 1 {
		return xs[0]
	}
	return Last(xs[1:])
}

func Gcd(a, b int) int {
	if b == 0 {
		return a
	}
	return Gcd(b, a%b)
}
