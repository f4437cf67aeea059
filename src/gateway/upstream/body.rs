//! The body of an answer out of the bytes of its connection (RFC 9112, 6 and 7). Pure.

/// How a body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// So many bytes.
    Length(u64),
    Chunked,
    /// Whatever comes until the connection is closed.
    UntilClose,
}

/// The longest line between chunks, in bytes.
const LONGEST_LINE: usize = 16 * 1024;

/// A body under way.
#[derive(Debug)]
pub struct Body(Left);

/// What is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Bytes(u64),
    /// The line with the size of the next chunk.
    Size,
    /// So many bytes of a chunk.
    Chunk(u64),
    /// The line break behind a chunk.
    Break,
    /// Lines behind the last chunk, up to an empty one.
    Trailer,
    UntilClose,
    Nothing,
    /// Nothing, because the connection was closed.
    Closed,
}

impl Body {
    /// One that begins.
    pub fn of(framing: Framing) -> Self {
        Self(match framing {
            Framing::None | Framing::Length(0) => Left::Nothing,
            Framing::Length(length) => Left::Bytes(length),
            Framing::Chunked => Left::Size,
            Framing::UntilClose => Left::UntilClose,
        })
    }

    /// Whether nothing of it is left.
    pub fn is_at_end(&self) -> bool {
        matches!(self.0, Left::Nothing | Left::Closed)
    }

    /// Whether it ended with its connection.
    pub fn is_ended_by_close(&self) -> bool {
        self.0 == Left::Closed
    }

    /// The connection was closed; whether that is how this body ends.
    pub fn end_by_close(&mut self) -> bool {
        let ends = self.0 == Left::UntilClose;
        if ends {
            self.0 = Left::Closed;
        }
        ends
    }

    /// Takes what belongs to the body out of what came; empty when more has to come first, or at the end.
    pub fn take(&mut self, buffer: &mut Vec<u8>) -> Result<Vec<u8>, String> {
        let mut taken = Vec::new();
        loop {
            match self.0 {
                Left::Bytes(left) => {
                    let got = move_up_to(left, buffer, &mut taken);
                    self.0 = if got == left { Left::Nothing } else { Left::Bytes(left - got) };
                    return Ok(taken);
                }
                Left::UntilClose => {
                    taken.append(buffer);
                    return Ok(taken);
                }
                Left::Nothing | Left::Closed => return Ok(taken),
                Left::Chunk(left) => {
                    let got = move_up_to(left, buffer, &mut taken);
                    if got < left {
                        self.0 = Left::Chunk(left - got);
                        return Ok(taken);
                    }
                    self.0 = Left::Break;
                }
                Left::Size | Left::Break | Left::Trailer => {
                    let Some(line) = line(buffer)? else { return Ok(taken) };
                    self.0 = after_line(self.0, &line)?;
                }
            }
        }
    }
}

fn after_line(left: Left, line: &[u8]) -> Result<Left, String> {
    match left {
        Left::Break if line.is_empty() => Ok(Left::Size),
        Left::Break => Err("a chunk is longer than it says".to_owned()),
        Left::Trailer => Ok(if line.is_empty() { Left::Nothing } else { Left::Trailer }),
        _ => match size(line) {
            Some(0) => Ok(Left::Trailer),
            Some(size) => Ok(Left::Chunk(size)),
            None => Err("the size of a chunk is no number".to_owned()),
        },
    }
}

/// Hexadecimal digits, before whatever stands behind a semicolon.
fn size(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split(';').next().unwrap_or_default().trim();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_plain)
}

/// Takes a line without its break; none while it is not whole.
fn line(buffer: &mut Vec<u8>) -> Result<Option<Vec<u8>>, String> {
    let Some(end) = buffer.iter().position(|byte| *byte == b'\n') else {
        return if buffer.len() > LONGEST_LINE { Err("a line has no end".to_owned()) } else { Ok(None) };
    };
    let mut line: Vec<u8> = buffer.drain(..=end).collect();
    line.pop();
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

/// Moves at most so many bytes; how many.
fn move_up_to(most: u64, from: &mut Vec<u8>, to: &mut Vec<u8>) -> u64 {
    let length = usize::try_from(most).unwrap_or(usize::MAX).min(from.len());
    to.extend(from.drain(..length));
    u64::try_from(length).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The body of what comes in these pieces, and whether it came to its end.
    fn read(framing: Framing, pieces: &[&[u8]]) -> Result<(Vec<u8>, bool), String> {
        let (mut body, mut buffer, mut read) = (Body::of(framing), Vec::new(), Vec::new());
        for piece in pieces {
            buffer.extend_from_slice(piece);
            read.extend(body.take(&mut buffer)?);
        }
        Ok((read, body.is_at_end()))
    }

    #[test]
    fn bodies_end_where_their_framing_says() {
        let chunked = b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\nTrailer: z\r\n\r\nHTTP";
        assert_eq!(read(Framing::Chunked, &[chunked]).unwrap(), (b"Wikipedia ".to_vec(), true));
        let cut = &chunked[..chunked.len() - 8];
        assert!(!read(Framing::Chunked, &[cut]).unwrap().1);
        assert_eq!(read(Framing::Length(3), &[b"abcd"]).unwrap(), (b"abc".to_vec(), true));
        assert_eq!(read(Framing::Length(0), &[]).unwrap(), (Vec::new(), true));
        assert_eq!(read(Framing::UntilClose, &[b"ab", b"c"]).unwrap(), (b"abc".to_vec(), false));
        for odd in [&b"x\r\n"[..], b"+1\r\na", b"1\r\nab\r\n", b"\r\n"] {
            assert!(read(Framing::Chunked, &[odd]).is_err(), "{odd:?}");
        }
        let mut body = Body::of(Framing::UntilClose);
        assert!(body.end_by_close() && body.is_at_end() && body.is_ended_by_close());
        assert!(!Body::of(Framing::Chunked).end_by_close());
    }

    proptest! {
        #[test]
        fn chunks_cut_anywhere_come_to_the_same(sizes in prop::collection::vec(1_usize..20, 0..6), piece in 1_usize..9) {
            let whole: Vec<u8> = (0..sizes.iter().sum::<usize>()).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let (mut framed, mut at) = (Vec::new(), 0);
            for size in sizes {
                framed.extend(format!("{size:X}\r\n").into_bytes());
                framed.extend_from_slice(&whole[at..at + size]);
                framed.extend(b"\r\n");
                at += size;
            }
            framed.extend(b"0\r\n\r\n");
            let pieces: Vec<&[u8]> = framed.chunks(piece).collect();
            prop_assert_eq!(read(Framing::Chunked, &pieces).unwrap(), (whole, true));
        }
    }
}
