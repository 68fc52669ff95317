//! Finding texts in texts, in linear time.

use memchr::memmem;

use super::utf8;

/// Where `what` first occurs.
pub fn index(text: &[u8], what: &[u8]) -> Option<usize> {
    memmem::find(text, what)
}

/// Where `what` last occurs.
pub fn last_index(text: &[u8], what: &[u8]) -> Option<usize> {
    memmem::rfind(text, what)
}

/// Where a byte first occurs.
pub fn index_byte(text: &[u8], byte: u8) -> Option<usize> {
    memchr::memchr(byte, text)
}

/// How often `what` occurs without overlapping itself; the empty text once more than there are characters.
pub fn count(text: &[u8], what: &[u8]) -> usize {
    if what.is_empty() {
        return utf8::count(text) + 1;
    }
    memmem::find_iter(text, what).count()
}

/// Where `what`, which is not empty, occurs without overlapping itself: the first `limit` places.
pub fn places(text: &[u8], what: &[u8], limit: usize) -> Vec<usize> {
    if what.is_empty() { Vec::new() } else { memmem::find_iter(text, what).take(limit).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_texts_occur_everywhere() {
        assert_eq!((index(b"", b""), last_index(b"", b""), count(b"", b"")), (Some(0), Some(0), 1));
        assert_eq!((index(b"abc", b""), last_index(b"abc", b""), count("a€\u{0}".as_bytes(), b"")), (Some(0), Some(3), 4));
        assert_eq!(count(b"\xff\xfe", b""), 3);
    }

    #[test]
    fn occurrences_do_not_overlap() {
        assert_eq!(count(b"aaaa", b"aa"), 2);
        assert_eq!((places(b"aaaaa", b"aa", 9), places(b"a,b,c", b",", 1), places(b"abc", b"", 9)), (vec![0, 2], vec![1], vec![]));
        assert_eq!((index(b"abcabc", b"bc"), last_index(b"abcabc", b"bc"), index(b"abc", b"abcd")), (Some(1), Some(4), None));
        assert_eq!((index_byte(b"ab\xff", 0xff), index_byte(b"", 0)), (Some(2), None));
    }

    #[test]
    fn work_is_linear() {
        let text = vec![b'a'; 1 << 20];
        let mut what = vec![b'a'; 1 << 19];
        what.push(b'b');
        assert_eq!((index(&text, &what), last_index(&text, &what), count(&text, &what)), (None, None, 0));
        what.reverse();
        assert_eq!((index(&text, &what), last_index(&text, &what), count(&text, &what)), (None, None, 0));
    }
}
