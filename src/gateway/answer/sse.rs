//! Server-sent events cut out of bytes as they come (WHATWG HTML, 9.2.6), as far as providers of models use them. Pure.

/// A line longer than this is no event that anybody reads; it is passed on and not kept.
const LONGEST: usize = 16 << 20;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The field `event`; empty where there was none.
    pub name: String,
    /// The fields `data`, joined by line breaks.
    pub data: String,
}

/// Reads events from pieces that are cut anywhere.
#[derive(Debug, Default)]
pub struct Reader {
    line: Vec<u8>,
    is_after_cr: bool,
    is_too_long: bool,
    event: Event,
    has_data: bool,
}

impl Reader {
    /// The events that end in these bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' if self.is_after_cr => self.is_after_cr = false,
                b'\n' | b'\r' => {
                    self.is_after_cr = *byte == b'\r';
                    events.extend(self.end_of_line());
                }
                _ => {
                    self.is_after_cr = false;
                    self.push(*byte);
                }
            }
        }
        events
    }

    /// What was begun and not ended by an empty line.
    pub fn rest(&mut self) -> Option<Event> {
        let last = self.end_of_line();
        last.or_else(|| self.end_of_event())
    }

    fn push(&mut self, byte: u8) {
        if self.line.len() < LONGEST {
            self.line.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn end_of_line(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            return None;
        }
        if line.is_empty() {
            return self.end_of_event();
        }
        let line = String::from_utf8_lossy(&line);
        let line: &str = &line;
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                // Lines that never come to an end of their event are no event either.
                if self.event.data.len() + value.len() < LONGEST {
                    if self.has_data {
                        self.event.data.push('\n');
                    }
                    self.event.data.push_str(value);
                }
                self.has_data = true;
            }
            _ => {}
        }
        None
    }

    fn end_of_event(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut reader = Reader::default();
        let mut events: Vec<Event> = pieces.iter().flat_map(|piece| reader.feed(piece)).collect();
        events.extend(reader.rest());
        events.into_iter().map(|event| (event.name, event.data)).collect()
    }

    #[test]
    fn events_are_cut_as_the_standard_says() {
        let text = b": a comment\r\nevent: ping\r\ndata: {\"a\":1}\r\n\r\ndata:x\ndata: y\n\nevent: nothing\n\nid: 7\ndata: last";
        let expected = [("ping", "{\"a\":1}"), ("", "x\ny"), ("", "last")];
        let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(read(&[text]), expected);
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(read(&bytes), expected);
    }

    proptest! {
        #[test]
        fn where_pieces_are_cut_changes_nothing(text in "[a-z: \r\n]{0,80}", at in 0_usize..80) {
            let bytes = text.as_bytes();
            let (first, second) = bytes.split_at(at.min(bytes.len()));
            prop_assert_eq!(read(&[first, second]), read(&[bytes]));
        }
    }
}
