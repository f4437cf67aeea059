//! Cuts a body at message boundaries, on its bytes: nothing is parsed into values or written anew.
//!
//! A JSON list is cut at its elements; so is the first list that stands under `messages`, `input`, `contents` or `prompt`
//! in a JSON object. Everything else, malformed JSON among it, is one piece. Where a piece ends depends only on the bytes
//! up to there, so a body that grows at its end keeps its pieces.

use std::ops::Range;

/// Shorter elements join their neighbours.
const SMALLEST: usize = 64;
/// Far into a body pieces grow with their place, so that no body falls into dust.
const GROWTH: usize = 4_096;
/// A shorter body is not worth cutting.
const WORTH: usize = 128;
/// The names under which clients put lists of messages.
const NAMES: [&[u8]; 4] = [b"messages", b"input", b"contents", b"prompt"];

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it lies in the body.
    pub range: Range<usize>,
    /// Whether other bodies may well contain it; the rest is glue between messages.
    pub is_piece: bool,
}

/// The parts of a body, one after the other, together all of it. One part when there is nothing to cut.
pub fn cut(body: &[u8]) -> Vec<Segment> {
    let elements = if body.len() < WORTH { None } else { elements(body) };
    match elements {
        Some(elements) => group(&elements, body.len()),
        None => vec![Segment { range: 0..body.len(), is_piece: true }],
    }
}

/// Groups elements to pieces of useful size.
fn group(elements: &[Range<usize>], len: usize) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(elements.len() * 2 + 1);
    let (mut done, mut open) = (0, None);
    for element in elements {
        let start = *open.get_or_insert(element.start);
        if element.end - start < SMALLEST.max(start / GROWTH) {
            continue;
        }
        push_glue(&mut segments, done..start);
        segments.push(Segment { range: start..element.end, is_piece: true });
        (done, open) = (element.end, None);
    }
    push_glue(&mut segments, done..len);
    segments
}

/// Long glue (tool definitions around the messages) is resent like messages are.
fn push_glue(segments: &mut Vec<Segment>, range: Range<usize>) {
    if !range.is_empty() {
        let is_piece = range.len() >= SMALLEST;
        segments.push(Segment { range, is_piece });
    }
}

/// The elements of the list of messages; `None` when there is none.
fn elements(body: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner { body, at: 0 };
    scanner.skip_space();
    let elements = match scanner.peek()? {
        b'[' => scanner.list()?,
        b'{' => scanner.object()?,
        _ => return None,
    };
    scanner.skip_space();
    (scanner.at == body.len()).then_some(elements)
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// A list, from its bracket on. Of a list of one list (batches of one conversation) the inner elements.
    fn list(&mut self) -> Option<Vec<Range<usize>>> {
        let begin = self.at;
        let outer = self.flat_list()?;
        let [only] = outer.as_slice() else { return Some(outer) };
        if self.body.get(only.start) != Some(&b'[') {
            return Some(outer);
        }
        let end = std::mem::replace(&mut self.at, only.start);
        let inner = self.flat_list();
        self.at = end;
        debug_assert!(begin < end, "a list has brackets");
        inner
    }

    fn flat_list(&mut self) -> Option<Vec<Range<usize>>> {
        self.eat(b'[')?;
        let mut elements = Vec::new();
        self.skip_space();
        if self.eat(b']').is_some() {
            return Some(elements);
        }
        loop {
            self.skip_space();
            elements.push(self.value()?);
            self.skip_space();
            if self.eat(b',').is_none() {
                self.eat(b']')?;
                return Some(elements);
            }
        }
    }

    /// An object, from its brace on: the elements of the first list of messages in it.
    fn object(&mut self) -> Option<Vec<Range<usize>>> {
        self.eat(b'{')?;
        let mut found = None;
        loop {
            self.skip_space();
            if self.peek()? != b'"' {
                break;
            }
            let name = self.string()?;
            let name = self.body.get(name.start + 1..name.end - 1)?;
            self.skip_space();
            self.eat(b':')?;
            self.skip_space();
            if found.is_none() && NAMES.contains(&name) && self.peek()? == b'[' {
                found = Some(self.list()?);
            } else {
                self.value()?;
            }
            self.skip_space();
            if self.eat(b',').is_none() {
                break;
            }
        }
        self.eat(b'}')?;
        found
    }

    /// Any value. Only strings and brackets are looked at, without recursion: the bytes are kept whatever they say.
    fn value(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth == 0 => return None,
                _ if depth == 0 => self.scalar(),
                _ => self.at += 1,
            }
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    /// A number or a word.
    fn scalar(&mut self) {
        while self.peek().is_some_and(|byte| !byte.is_ascii_whitespace() && !b",:[]{}\"".contains(&byte)) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.eat(b'"')?;
        loop {
            let rest = self.body.get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
            if self.eat(b'"').is_some() {
                return Some(start..self.at);
            }
            self.at += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn pieces(body: &[u8]) -> Vec<&str> {
        let segments = cut(body).into_iter().filter(|segment| segment.is_piece);
        segments.map(|segment| std::str::from_utf8(&body[segment.range]).unwrap()).collect()
    }

    fn check(body: &[u8]) {
        let segments = cut(body);
        let joined: Vec<u8> = segments.iter().flat_map(|s| body[s.range.clone()].iter().copied()).collect();
        assert_eq!(joined, body);
        assert!(segments.windows(2).all(|two| two[0].range.end == two[1].range.start));
    }

    fn message(n: usize) -> Value {
        json!({"role": "user", "content": format!("message {n}: {}", "]}\",\\ ".repeat(12))})
    }

    #[test]
    fn lists_of_messages_are_cut_wherever_clients_put_them() {
        let messages: Vec<Value> = (0..3).map(message).collect();
        let texts: Vec<String> = messages.iter().map(Value::to_string).collect();
        for body in [
            json!(messages),
            json!([messages]),
            json!({"model": "m", "messages": messages, "seed": 7}),
            json!({"seed": [1], "input": messages}),
            json!({"contents": messages}),
            json!({"prompt": messages, "messages": "none"}),
        ] {
            for text in [body.to_string(), serde_json::to_string_pretty(&body).unwrap()] {
                check(text.as_bytes());
                assert_eq!(cut(text.as_bytes()).iter().filter(|s| s.is_piece).count(), 3, "{text}");
            }
            assert_eq!(pieces(body.to_string().as_bytes()), texts);
        }
    }

    #[test]
    fn everything_else_is_one_piece() {
        let long = "x".repeat(200);
        let deep = "[".repeat(100_000);
        for body in [
            String::new(),
            "null".to_owned(),
            long.clone(),
            json!(long).to_string(),
            json!({"text": long, "list": [message(1), message(2)]}).to_string(),
            format!("[{},", message(1).to_string().repeat(3)),
            format!("{} trailing", json!([message(1), message(2)])),
            format!("[\"{long}\\"),
            deep,
        ] {
            assert_eq!(
                cut(body.as_bytes()),
                [Segment { range: 0..body.len(), is_piece: true }],
                "{body:.80}"
            );
        }
    }

    #[test]
    fn small_elements_join_and_long_glue_is_a_piece() {
        let body = json!((0..100).collect::<Vec<u32>>()).to_string();
        check(body.as_bytes());
        assert!(pieces(body.as_bytes()).iter().all(|piece| (64..70).contains(&piece.len())));
        let tools = json!({"tools": [message(9)], "messages": [message(1)]}).to_string();
        assert_eq!(pieces(tools.as_bytes()).len(), 2);
        let dust = format!("[{}1]", "1,".repeat(2_000_000));
        check(dust.as_bytes());
        assert!(cut(dust.as_bytes()).len() < 50_000);
    }

    #[test]
    fn a_list_that_grows_keeps_its_pieces() {
        let messages: Vec<Value> =
            (0..40).map(|n| if n % 3 == 0 { json!({"n": n}) } else { message(n) }).collect();
        let mut before: Vec<String> = Vec::new();
        for n in 3..messages.len() {
            let text = json!(messages[..n]).to_string();
            let now: Vec<String> = pieces(text.as_bytes()).into_iter().map(str::to_owned).collect();
            assert!(now.starts_with(&before), "{n}");
            before = now;
        }
    }

    proptest! {
        #[test]
        fn parts_together_are_the_body(
            tokens in prop::collection::vec(prop::sample::select(vec![
                "[", "]", "{", "}", ",", ":", "\"", "\\", " ", "\n", "null", "1", "\"messages\"", "\"a\"", "{\"messages\":[",
                "\"a long enough string to be a piece of its own, with some words at the end\"", "\u{1f600}", "\\\"",
            ]), 0..60),
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            check(tokens.concat().as_bytes());
            check(&bytes);
            check(&[b"[".as_slice(), &bytes, b"]"].concat());
            let list = format!("[{}]", tokens.iter().map(|t| json!(t.repeat(9)).to_string()).collect::<Vec<_>>().join(" ,\t"));
            check(list.as_bytes());
        }
    }
}
