//! Floats as text, in Go's forms.

/// The decimal digits of a finite, positive float and the place of the point: `0.d1d2d3... × 10^point`.
pub struct Decimal {
    /// Digits, the first not zero unless there is none.
    pub digits: Vec<u8>,
    /// The place of the point.
    pub point: i32,
}

fn parse_exp(text: &str) -> Decimal {
    let (mantissa, exp) = text.split_once('e').unwrap_or((text, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    if digits.iter().all(|d| *d == b'0') {
        return Decimal { digits: Vec::new(), point: 0 };
    }
    Decimal { digits, point: exp + 1 }
}

/// The fewest digits that give the float back.
pub fn shortest(f: f64, bits: u8) -> Decimal {
    let text = if bits == 32 { format!("{:e}", f as f32) } else { format!("{f:e}") };
    let mut d = parse_exp(&text);
    while d.digits.last() == Some(&b'0') {
        d.digits.pop();
    }
    d
}

/// `n` significant digits, rounded to even.
fn significant(f: f64, n: usize) -> Decimal {
    parse_exp(&format!("{f:.*e}", n.saturating_sub(1)))
}

/// strconv's FormatFloat: verb `e`, `E`, `f`, `g`, `G`, `b`, `x`, `X`; precision -1 is the shortest.
pub fn format(f: f64, verb: u8, prec: i64, bits: u8) -> String {
    let prec = prec.clamp(-1, 100_000) as i32;
    if f.is_nan() {
        return "NaN".to_owned();
    }
    if f.is_infinite() {
        return if f > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    let a = if bits == 32 { f64::from((f as f32).abs()) } else { f.abs() };
    match verb {
        b'b' => return format!("{sign}{}", binary(a, bits)),
        b'x' | b'X' => return format!("{sign}{}", hex(a, verb, prec, bits)),
        b'f' | b'F' if prec >= 0 => return format!("{sign}{a:.*}", prec as usize),
        _ => {}
    }
    let body = match verb {
        b'e' | b'E' => {
            let (d, prec) = if prec < 0 {
                let d = shortest(a, bits);
                let p = d.digits.len().saturating_sub(1) as i32;
                (d, p)
            } else {
                (significant(a, prec as usize + 1), prec)
            };
            exponent(&d, verb, prec)
        }
        b'f' | b'F' => {
            let d = shortest(a, bits);
            let p = (d.digits.len() as i32 - d.point).max(0);
            fixed(&d, p)
        }
        b'g' | b'G' => {
            let (d, eprec, shown) = if prec < 0 {
                let d = shortest(a, bits);
                let n = d.digits.len() as i32;
                (d, 6, n)
            } else {
                let p = prec.max(1);
                let mut d = significant(a, p as usize);
                while d.digits.last() == Some(&b'0') {
                    d.digits.pop();
                }
                let n = d.digits.len() as i32;
                let eprec = if p > n && n >= d.point { n } else { p };
                (d, eprec, n)
            };
            let exp = d.point - 1;
            if !d.digits.is_empty() && (exp < -4 || exp >= eprec) {
                exponent(&d, if verb == b'g' { b'e' } else { b'E' }, shown - 1)
            } else {
                fixed(&d, (shown - d.point).max(0))
            }
        }
        other => return format!("%{}", other as char),
    };
    format!("{sign}{body}")
}

fn exponent(d: &Decimal, verb: u8, prec: i32) -> String {
    let mut out = String::new();
    out.push(d.digits.first().map_or('0', |c| *c as char));
    if prec > 0 {
        out.push('.');
        for i in 1..=prec as usize {
            out.push(d.digits.get(i).map_or('0', |c| *c as char));
        }
    }
    let exp = if d.digits.is_empty() { 0 } else { d.point - 1 };
    let sign = if exp < 0 { '-' } else { '+' };
    out.push_str(&format!("{}{sign}{:02}", verb as char, exp.abs()));
    out
}

fn fixed(d: &Decimal, prec: i32) -> String {
    let mut out = String::new();
    if d.point > 0 {
        for i in 0..d.point as usize {
            out.push(d.digits.get(i).map_or('0', |c| *c as char));
        }
    } else {
        out.push('0');
    }
    if prec > 0 {
        out.push('.');
        for i in 0..prec {
            let at = d.point + i;
            let c = if at < 0 { None } else { d.digits.get(at as usize) };
            out.push(c.map_or('0', |c| *c as char));
        }
    }
    out
}

fn parts(a: f64, bits: u8) -> (u64, i32) {
    // mantissa and exponent: a = m × 2^e
    if bits == 32 {
        let b = (a as f32).to_bits();
        let (exp, frac) = ((b >> 23) as i32 & 0xff, u64::from(b & 0x7f_ffff));
        if exp == 0 { (frac, -149) } else { (frac | 1 << 23, exp - 150) }
    } else {
        let b = a.to_bits();
        let (exp, frac) = ((b >> 52) as i32 & 0x7ff, b & 0xf_ffff_ffff_ffff);
        if exp == 0 { (frac, -1074) } else { (frac | 1 << 52, exp - 1075) }
    }
}

fn binary(a: f64, bits: u8) -> String {
    let (m, e) = parts(a, bits);
    format!("{m}p{e:+}")
}

fn hex(a: f64, verb: u8, prec: i32, bits: u8) -> String {
    let (mut m, mut e) = parts(a, bits);
    if m == 0 {
        e = 0;
    } else {
        // one bit in front of the point, 60 behind it
        let shift = m.leading_zeros() as i32 - 3;
        m <<= shift;
        e = e - shift + 60;
        if (0..15).contains(&prec) {
            let drop = 60 - prec * 4;
            let (extra, half) = (m & ((1 << drop) - 1), 1u64 << (drop - 1));
            m >>= drop;
            if extra > half || (extra == half && m & 1 == 1) {
                m += 1;
            }
            m <<= drop;
            if m >> 61 != 0 {
                m >>= 1;
                e += 1;
            }
        }
    }
    let mut digits = format!("{:015x}", m & ((1 << 60) - 1));
    if prec < 0 {
        digits.truncate(digits.trim_end_matches('0').len());
    } else {
        while digits.len() < prec as usize {
            digits.push('0');
        }
        digits.truncate(prec as usize);
    }
    let dot = if digits.is_empty() { "" } else { "." };
    let text = format!("0x{}{dot}{digits}p{}{:02}", m >> 60, if e < 0 { '-' } else { '+' }, e.abs());
    if verb == b'X' { text.to_uppercase() } else { text }
}
