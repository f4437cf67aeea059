//! Made-up traces of a plant's assistant: eight spans each, about 4.5 kB a span, six traces a conversation.

use std::borrow::Cow;

use super::random::Random;

/// Spans in a trace.
pub const SPANS: usize = 8;

/// One span before it is written in a wire format.
pub struct Span {
    /// 16 hex digits.
    pub id: String,
    /// None for the top span.
    pub parent: Option<String>,
    /// What it is called.
    pub name: Cow<'static, str>,
    /// Langfuse's word for what it is.
    pub kind: &'static str,
    /// UTC nanoseconds.
    pub start_ns: u64,
    /// UTC nanoseconds.
    pub end_ns: u64,
    /// JSON: a list of messages.
    pub input: String,
    /// JSON: a list of messages.
    pub output: String,
    /// Input and output tokens, for calls of a model.
    pub tokens: Option<(u64, u64)>,
    /// Attributes that say whose it is.
    pub whose: Vec<(&'static str, String)>,
}

/// One trace.
pub struct Trace {
    /// 32 hex digits.
    pub id: String,
    /// The conversation.
    pub session: String,
    /// Who asked.
    pub user: String,
    /// Its spans, the top one first.
    pub spans: Vec<Span>,
}

/// The model every call names.
pub const MODEL: &str = "gpt-4o-mini";

/// (name, type, input bytes, output bytes, calls a model)
const SHAPE: [(&str, &str, usize, usize, bool); SPANS] = [
    ("support-turn", "agent", 600, 900, false),
    ("plan", "chain", 1_200, 1_600, false),
    ("search-catalogue", "retriever", 300, 4_200, false),
    ("search-manuals", "retriever", 300, 4_200, false),
    ("rank", "generation", 3_600, 1_200, true),
    ("draft", "generation", 4_000, 2_400, true),
    ("stock_lookup", "tool", 300, 700, false),
    ("answer", "generation", 4_000, 2_600, true),
];

const WORDS: &[&str] = &[
    "bearing",
    "catalogue",
    "shelf",
    "conveyor",
    "gearbox",
    "torque",
    "seal",
    "belt",
    "row",
    "stock",
    "order",
    "mechanic",
    "answer",
    "question",
    "found",
    "missing",
    "pressure",
    "sensor",
    "valve",
    "motor",
    "the",
    "a",
    "of",
    "with",
    "for",
    "and",
    "is",
    "was",
    "are",
    "not",
    "in",
    "on",
    "by",
    "per",
    "shift",
    "plant",
    "line",
    "trace",
    "model",
    "tool",
];

/// The trace with this number under a seed, started at a UTC nanosecond.
pub fn trace(seed: u64, number: u64, start: u64) -> Trace {
    let mut random = Random(seed.wrapping_mul(0x1_0000_0001).wrapping_add(number));
    let id = trace_id(seed, number);
    let ids: Vec<String> = (0..SPANS).map(|_| format!("{:016x}", random.next() | 1)).collect();
    let spans =
        SHAPE.iter().zip(&ids).enumerate().map(|(place, (&(name, kind, input, output, calls), id))| {
            let start_ns = start + place as u64 * 20_000_000;
            Span {
                id: id.clone(),
                parent: (place > 0).then(|| ids.first().cloned().unwrap_or_default()),
                name: Cow::Borrowed(name),
                kind,
                start_ns,
                end_ns: start_ns + if place == 0 { 190_000_000 } else { 18_000_000 },
                input: messages("user", input, &mut random),
                output: messages("assistant", output, &mut random),
                tokens: calls.then(|| (random.next() % 3_000, random.next() % 900)),
                whose: Vec::new(),
            }
        });
    let spans = spans.collect();
    let (session, user) = (format!("session-{seed}-{}", number / 6), format!("mechanic-{}", number / 6 % 60));
    Trace { id, session, user, spans }
}

/// The id of a trace, without making the rest.
pub fn trace_id(seed: u64, number: u64) -> String {
    let mut random = Random(seed ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03));
    format!("{:016x}{:016x}", random.next(), random.next() | 1)
}

fn messages(role: &str, bytes: usize, random: &mut Random) -> String {
    if bytes < 2_000 {
        return format!(r#"[{{"role":"{role}","content":"{}"}}]"#, prose(bytes, random));
    }
    // Long ones are a short instruction and the text itself.
    let head = format!(r#"{{"role":"system","content":"{}"}}"#, prose(400, random));
    format!(r#"[{head},{{"role":"{role}","content":"{}"}}]"#, prose(bytes - 400, random))
}

/// About so many bytes of words.
pub fn prose(bytes: usize, random: &mut Random) -> String {
    let mut out = String::with_capacity(bytes + 16);
    while out.len() < bytes {
        let pick = random.next() as usize;
        out.push_str(WORDS.get(pick % WORDS.len()).copied().unwrap_or_default());
        if pick.is_multiple_of(7) {
            out.push_str(&format!(" {}", random.next() % 10_000));
        }
        out.push(if pick.is_multiple_of(13) { '.' } else { ' ' });
    }
    out
}
