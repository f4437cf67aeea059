//! The trace that a call was made under, as W3C Trace Context writes it in the header `traceparent`.
//!
//! `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`: version, id of the trace, id of the caller's span, flags, all of
//! them hexadecimal in small letters. What cannot be read is passed over, as the standard asks: a call is never refused for it.

/// A trace, and the span of it that calls. The ids are as traces are stored here: small letters, no dashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: String,
    span_id: String,
    is_sampled: bool,
}

/// Bytes of version 00; a later version has at least as many.
const LENGTH: usize = 55;

impl TraceContext {
    /// Reads a value of the header. None where it is malformed, where an id is all zeros, and of version `ff`. Of a version
    /// that is not known yet the four parts of version 00 are read, where whatever follows them begins with a dash.
    pub fn parse(text: &str) -> Option<Self> {
        let (known, rest) = text.trim_matches([' ', '\t']).split_at_checked(LENGTH)?;
        let mut parts = known.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next().is_none()
            && is_hex(version, 2)
            && is_hex(trace, 32)
            && is_hex(span, 16)
            && is_hex(flags, 2);
        let fits = match version {
            "ff" => false,
            "00" => rest.is_empty(),
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        if !is_whole || !fits || is_zero(trace) || is_zero(span) {
            return None;
        }
        let is_sampled = u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1);
        Some(Self { trace_id: trace.to_owned(), span_id: span.to_owned(), is_sampled })
    }

    /// 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// 16 hexadecimal digits: the span that made the call.
    pub fn span_id(&self) -> &str {
        &self.span_id
    }

    /// Whether the caller says that it may have recorded the trace. One that it did not record never arrives.
    pub fn is_sampled(&self) -> bool {
        self.is_sampled
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn what_the_standard_gives_is_read() {
        for (text, is_sampled) in [
            (format!("00-{TRACE}-{SPAN}-01"), true),
            (format!(" 00-{TRACE}-{SPAN}-00\t"), false),
            (format!("00-{TRACE}-{SPAN}-ff"), true),
            (format!("cc-{TRACE}-{SPAN}-01"), true),
            (format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"), true),
        ] {
            let read = TraceContext::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (read.trace_id(), read.span_id(), read.is_sampled()),
                (TRACE, SPAN, is_sampled),
                "{text}"
            );
        }
    }

    #[test]
    fn whatever_else_is_passed_over() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("cc-{TRACE}-{SPAN}-01.more"),
            format!("00-{TRACE}-{SPAN}-0"),
            format!("00-{TRACE}-{SPAN}-0x"),
            format!("0x-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-{SPAN}-011", &TRACE[1..]),
            format!("00_{TRACE}_{SPAN}_01"),
            format!("00-{TRACE}-{SPAN}-01, 00-{TRACE}-{SPAN}-01"),
            "ü".repeat(60),
            "00-".repeat(40),
        ] {
            assert_eq!(TraceContext::parse(&text), None, "{text}");
        }
    }
}
