//! All decimal digits of a float.

/// What a word of digits counts to: nine digits.
const WORD: u64 = 1_000_000_000;

/// The digits of a finite float that is not negative, `0.d1d2d3... × 10^point`, without zeros at either end; zero has none.
pub fn digits(f: f64) -> (Vec<u8>, i64) {
    let bits = f.to_bits();
    let (raw, fraction) = ((bits >> 52 & 0x7ff) as i64, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if raw == 0 { (fraction, -1074) } else { (fraction | 1 << 52, raw - 1075) };
    let mut out = Vec::new();
    if exponent >= 0 {
        whole(mantissa, exponent, &mut out);
    } else {
        let places = -exponent as usize;
        whole(if places < 64 { mantissa >> places } else { 0 }, 0, &mut out);
    }
    let point = out.len() as i64;
    if exponent < 0 {
        part(mantissa, -exponent as usize, &mut out);
    }
    let zeros = out.iter().take_while(|d| **d == b'0').count();
    out.drain(..zeros);
    out.truncate(out.iter().rposition(|d| *d != b'0').map_or(0, |last| last + 1));
    let point = if out.is_empty() { 0 } else { point - zeros as i64 };
    (out, point)
}

/// The digits of `mantissa × 2^exponent`, without leading zeros.
fn whole(mantissa: u64, exponent: i64, out: &mut Vec<u8>) {
    const STEP: i64 = 29;
    // lowest word first
    let mut words = vec![mantissa % WORD, mantissa / WORD % WORD, mantissa / WORD / WORD];
    let mut left = exponent;
    while left > 0 {
        let by = left.min(STEP);
        let mut carry = 0;
        for word in &mut words {
            let product = (*word << by) + carry;
            (*word, carry) = (product % WORD, product / WORD);
        }
        if carry > 0 {
            words.push(carry);
        }
        left -= by;
    }
    let start = out.len();
    words.iter().rev().for_each(|word| nine(*word, out));
    let zeros = out.iter().skip(start).take_while(|d| **d == b'0').count();
    out.drain(start..start + zeros);
}

/// The digits of what `mantissa / 2^places` has behind the point.
fn part(mantissa: u64, places: usize, out: &mut Vec<u8>) {
    // highest word first, 32 bits each
    let mut words = vec![0_u64; places.div_ceil(32)];
    let shifted = u128::from(mantissa) << (words.len() * 32 - places);
    for (i, word) in words.iter_mut().rev().take(4).enumerate() {
        *word = (shifted >> (32 * i)) as u64 & 0xffff_ffff;
    }
    while words.last() == Some(&0) {
        words.pop();
    }
    while !words.is_empty() {
        let mut carry = 0;
        for word in words.iter_mut().rev() {
            let product = *word * WORD + carry;
            (*word, carry) = (product & 0xffff_ffff, product >> 32);
        }
        nine(carry, out);
        while words.last() == Some(&0) {
            words.pop();
        }
    }
}

fn nine(word: u64, out: &mut Vec<u8>) {
    let mut by = WORD / 10;
    while by > 0 {
        out.push(b'0' + (word / by % 10) as u8);
        by /= 10;
    }
}

/// The first `n` of the digits, rounded, halves to even; without zeros at the end.
pub fn rounded(mut digits: Vec<u8>, point: i64, n: i64) -> (Vec<u8>, i64) {
    if n >= digits.len() as i64 {
        return (digits, point);
    }
    let Ok(n) = usize::try_from(n) else { return (Vec::new(), 0) };
    let odd = n > 0 && digits.get(n - 1).is_some_and(|d| d & 1 == 1);
    let up = match digits.get(n..) {
        Some([first, rest @ ..]) => *first > b'5' || *first == b'5' && (odd || rest.iter().any(|d| *d != b'0')),
        _ => false,
    };
    digits.truncate(n);
    if up {
        while digits.last() == Some(&b'9') {
            digits.pop();
        }
        match digits.last_mut() {
            Some(last) => *last += 1,
            None => return (vec![b'1'], point + 1),
        }
    }
    digits.truncate(digits.iter().rposition(|d| *d != b'0').map_or(0, |last| last + 1));
    let point = if digits.is_empty() { 0 } else { point };
    (digits, point)
}
