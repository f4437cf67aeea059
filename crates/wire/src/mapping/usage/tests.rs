//! Counters of every source, by table.

use super::*;
use trace_model::{Counter, UsageConvention};

fn counts(text: &str) -> ([i64; 5], UsageConvention) {
    let usage = from_langfuse(Some(text), None).unwrap();
    let c = usage.counts;
    ([c.uncached_input, c.cached_read, c.cache_write, c.output, c.reasoning], usage.convention)
}

#[test]
fn no_token_is_counted_twice_in_any_dialect() {
    use UsageConvention::{Disjoint, Inclusive};
    for (text, expected) in [
        (r#"{"input":10,"output":5}"#, ([10, 0, 0, 5, 0], Disjoint)),
        (
            r#"{"input":61,"output":148,"input_cached_tokens":32,"total":209}"#,
            ([29, 32, 0, 148, 0], Inclusive),
        ),
        (
            r#"{"input":29,"output":148,"input_cached_tokens":32,"total":209}"#,
            ([29, 32, 0, 148, 0], Disjoint),
        ),
        (
            r#"{"prompt_tokens":30,"completion_tokens":60,"total_tokens":90,"prompt_tokens_details":{"cached_tokens":20},"completion_tokens_details":{"reasoning_tokens":50}}"#,
            ([10, 20, 0, 10, 50], Inclusive),
        ),
        (
            r#"{"input_tokens":28,"output_tokens":59,"cache_read_input_tokens":16,"cache_creation_input_tokens":3}"#,
            ([28, 16, 3, 59, 0], Disjoint),
        ),
        (r#"{"input":"7","output":"x","input_audio_tokens":2}"#, ([9, 0, 0, 0, 0], Disjoint)),
        (r#"{"promptTokens":21,"completionTokens":33,"totalTokens":54}"#, ([21, 0, 0, 33, 0], Disjoint)),
        (r#"{"total":5}"#, ([5, 0, 0, 0, 0], Disjoint)),
        // 28 tokens, 16 read from a cache and 3 written to it, as LiteLLM sends them.
        (
            r#"{"input":12,"output":59,"total":87,"cache_creation_input_tokens":3,"cache_read_input_tokens":16}"#,
            ([9, 16, 3, 59, 0], Disjoint),
        ),
        (
            r#"{"input":9,"output":59,"total":87,"cache_creation_input_tokens":3,"cache_read_input_tokens":16}"#,
            ([9, 16, 3, 59, 0], Disjoint),
        ),
    ] {
        assert_eq!(counts(text), expected, "{text}");
    }
}

#[test]
fn maps_come_back_as_sent_and_a_missing_total_is_added() {
    let usage = from_langfuse(Some(r#"{"input":1,"output":2,"total":100}"#), None).unwrap();
    assert_eq!((usage.entry("total"), usage.total_sent), (Some(100), Some(100)));
    let usage = from_langfuse(Some(r#"{"input":1,"output":2}"#), None).unwrap();
    assert_eq!((usage.entry("total"), usage.total_sent), (Some(3), None));
    assert_eq!(usage.sent.as_deref(), Some(r#"{"input":1,"output":2}"#));
    let usage = from_langfuse(Some(r#"{"prompt_tokens":1,"completion_tokens":2}"#), None).unwrap();
    assert_eq!(
        (usage.entry("prompt_tokens"), usage.entry("total"), usage.entry("input")),
        (Some(1), Some(3), None)
    );
    assert_eq!((usage.counts.uncached_input, usage.counts.output), (1, 2));
}

#[test]
fn absurd_counts_overflow_nothing() {
    let most = i64::MAX;
    let text = format!(r#"{{"cache_read_input_tokens":{most},"cache_creation_input_tokens":{most}}}"#);
    assert_eq!(counts(&text), ([0, most, most, 0, 0], UsageConvention::Disjoint));
    let text = format!(r#"{{"input":{most},"output":{most},"input_audio":{most},"total":{most}}}"#);
    assert_eq!(counts(&text).0, [most, 0, 0, most, 0]);
}

#[test]
fn usage_without_counts_is_no_usage() {
    assert_eq!(from_langfuse(None, Some(r#"{"unit":"TOKENS","inputCost":0}"#)), None);
    assert_eq!(
        from_langfuse(Some("{}"), Some(r#"{"input":3,"unit":"TOKENS"}"#)).unwrap().entry("input"),
        Some(3)
    );
}

fn heard(counts: &[(&str, i64)]) -> Option<Usage> {
    let mut heard = Heard::default();
    counts.iter().for_each(|(name, count)| heard.hear(name, *count));
    heard.usage()
}

pub(super) fn five(usage: &Usage) -> [Option<i64>; 5] {
    Counter::ALL.map(|counter| usage.count(counter))
}

#[test]
fn attribute_totals_include_the_cache_unless_they_cannot() {
    let usage =
        heard(&[("input_tokens", 44), ("cache_read.input_tokens", 16), ("output_tokens", 59)]).unwrap();
    assert_eq!(usage.counts.uncached_input, 28);
    let usage = heard(&[("input_tokens", 4), ("cache_read.input_tokens", 16)]).unwrap();
    assert_eq!((usage.counts.uncached_input, usage.convention), (4, UsageConvention::Disjoint));
    assert_eq!(heard(&[]), None);
    assert_eq!(heard(&[("cost", 3), ("input_tokens", -1)]), None);
}

/// Uncached input, cached reads, cache writes, output, reasoning; `None` where nothing was said.
pub(super) type Five = [Option<i64>; 5];

pub(super) const NONE: Option<i64> = None;

pub(super) const fn n(count: i64) -> Option<i64> {
    Some(count)
}

/// A library, what it says, and what that comes to.
type Line = (&'static str, &'static [(&'static str, i64)], Five);

const ATTRIBUTES: &[Line] = &[
    (
        "OpenTelemetry",
        &[("input_tokens", 9_844), ("output_tokens", 100), ("cache_read.input_tokens", 9_000)],
        [n(844), n(9_000), NONE, n(100), NONE],
    ),
    (
        "OpenTelemetry, reasoning",
        &[("input_tokens", 22_118), ("output_tokens", 1_970), ("reasoning.output_tokens", 956)],
        [n(22_118), NONE, NONE, n(1_014), n(956)],
    ),
    (
        "Pydantic AI",
        &[
            ("input_tokens", 130_213),
            ("output_tokens", 100),
            ("cache_read_tokens", 128_955),
            ("cache_write_tokens", 1_253),
            ("cache_audio_read_tokens", 10),
        ],
        [n(5), n(128_955), n(1_253), n(100), NONE],
    ),
    (
        "Pydantic AI, details of Anthropic",
        &[
            ("input_tokens", 1_300),
            ("output_tokens", 100),
            ("details.input_tokens", 100),
            ("details.output_tokens", 100),
            ("details.cache_read_input_tokens", 1_000),
            ("details.cache_creation_input_tokens", 200),
        ],
        [n(100), n(1_000), n(200), n(100), NONE],
    ),
    (
        "AI SDK 5",
        &[
            ("input_tokens", 22_118),
            ("output_tokens", 1_970),
            ("inputTokens", 22_118),
            ("outputTokens", 1_970),
            ("cachedInputTokens", 20_000),
            ("reasoningTokens", 512),
            ("totalTokens", 24_088),
        ],
        [n(2_118), n(20_000), NONE, n(1_458), n(512)],
    ),
    (
        "AI SDK 6",
        &[
            ("inputTokens", 1_000),
            ("inputTokenDetails.noCacheTokens", 150),
            ("inputTokenDetails.cacheReadTokens", 800),
            ("inputTokenDetails.cacheWriteTokens", 50),
            ("outputTokens", 100),
            ("outputTokenDetails.textTokens", 40),
            ("outputTokenDetails.reasoningTokens", 60),
            ("cachedInputTokens", 800),
            ("reasoningTokens", 60),
            ("totalTokens", 1_100),
        ],
        [n(150), n(800), n(50), n(40), n(60)],
    ),
    ("AI SDK 4", &[("promptTokens", 7), ("completionTokens", 3)], [n(7), NONE, NONE, n(3), NONE]),
    ("AI SDK, embeddings", &[("tokens", 12)], [n(12), NONE, NONE, NONE, NONE]),
    (
        "Langfuse",
        &[("input_tokens", 22_118), ("output_tokens", 1_970), ("input_cached_tokens", 20_000)],
        [n(2_118), n(20_000), NONE, n(1_970), NONE],
    ),
    (
        "Strands",
        &[
            ("prompt_tokens", 4_299),
            ("input_tokens", 4_299),
            ("completion_tokens", 631),
            ("output_tokens", 631),
            ("total_tokens", 58_291),
            ("cache_read_input_tokens", 35_574),
            ("cache_write_input_tokens", 17_787),
        ],
        [n(4_299), n(35_574), n(17_787), n(631), NONE],
    ),
    (
        "Gemini, thoughts beside",
        &[("input_tokens", 949), ("output_tokens", 120), ("reasoning_tokens", 800), ("total_tokens", 1_869)],
        [n(949), NONE, NONE, n(120), n(800)],
    ),
    (
        "Gemini, few thoughts beside: only the total tells",
        &[("input_tokens", 949), ("output_tokens", 820), ("reasoning_tokens", 100), ("total_tokens", 1_869)],
        [n(949), NONE, NONE, n(820), n(100)],
    ),
    (
        "ADK",
        &[
            ("input_tokens", 50),
            ("output_tokens", 60),
            ("experimental.reasoning_tokens", 10),
            ("experimental.reasoning_tokens_limit", 4_096),
            ("experimental.cached_tokens", 20),
        ],
        [n(30), n(20), NONE, n(50), n(10)],
    ),
    (
        "OpenInference of Bedrock",
        &[("prompt", 4_299), ("completion", 631), ("total", 6_930), ("prompt_details.cache_read", 2_000)],
        [n(4_299), n(2_000), NONE, n(631), NONE],
    ),
    (
        "OpenInference",
        &[
            ("prompt", 1_300),
            ("completion", 100),
            ("prompt_details.cache_read", 1_000),
            ("prompt_details.cache_write", 200),
            ("prompt_details.audio", 7),
            ("completion_details.reasoning", 60),
            ("completion_details.audio", 5),
        ],
        [n(100), n(1_000), n(200), n(40), n(60)],
    ),
    (
        "Sentry",
        &[
            ("input_tokens", 100),
            ("input_tokens.cached", 40),
            ("input_tokens.cache_write", 10),
            ("output_tokens", 20),
            ("output_tokens.reasoning", 5),
        ],
        [n(50), n(40), n(10), n(15), n(5)],
    ),
    (
        "OpenTelemetry, as it is since August 2026",
        &[
            ("input_tokens", 100),
            ("cache_write.input_tokens", 10),
            ("cache_read.input_tokens", 40),
            ("output_tokens", 20),
        ],
        [n(50), n(40), n(10), n(20), NONE],
    ),
    (
        "Pipecat, sound",
        &[
            ("input_tokens", 521),
            ("output_tokens", 20),
            ("audio.input_tokens", 229),
            ("audio.output_tokens", 12),
            ("cache_read.input_tokens", 100),
            ("cache_read.audio_tokens", 40),
        ],
        [n(421), n(100), NONE, n(20), NONE],
    ),
    (
        "limits are no use",
        &[("input_tokens", 10), ("output_tokens", 5), ("max_output_tokens", 64_000), ("remaining_tokens", 9)],
        [n(10), NONE, NONE, n(5), NONE],
    ),
    (
        "Mastra",
        &[("input_tokens", 100), ("output_tokens", 50), ("cached_input_tokens", 25)],
        [n(75), n(25), NONE, n(50), NONE],
    ),
    (
        "gateways with the paths of OpenAI",
        &[
            ("input_tokens", 100),
            ("output_tokens", 50),
            ("prompt_tokens_details.cached_tokens", 25),
            ("completion_tokens_details.reasoning_tokens", 20),
        ],
        [n(75), n(25), NONE, n(30), n(20)],
    ),
    (
        "OpenLLMetry",
        &[
            ("input_tokens", 44),
            ("output_tokens", 59),
            ("total_tokens", 103),
            ("cache_read_input_tokens", 16),
            ("cache_creation_input_tokens", 3),
        ],
        [n(25), n(16), n(3), n(59), NONE],
    ),
    (
        "Anthropic counts through OpenLLMetry as they came",
        &[
            ("input_tokens", 9),
            ("output_tokens", 59),
            ("total_tokens", 87),
            ("cache_read_input_tokens", 16),
            ("cache_creation_input_tokens", 3),
        ],
        [n(9), n(16), n(3), n(59), NONE],
    ),
    ("output only", &[("output_tokens", 5)], [NONE, NONE, NONE, n(5), NONE]),
    ("what a total leaves", &[("input_tokens", 5), ("total_tokens", 12)], [n(5), NONE, NONE, n(7), NONE]),
    ("a total only", &[("total_tokens", 12)], [n(12), NONE, NONE, NONE, NONE]),
    ("zeros that were sent", &[("input_tokens", 0), ("output_tokens", 0)], [n(0), NONE, NONE, n(0), NONE]),
];

/// What attributes of whichever library come to. Names are those behind `gen_ai.usage.` and its like.
#[test]
fn attributes_of_every_library_come_to_disjoint_counters() {
    for (source, said, expected) in ATTRIBUTES {
        let usage = heard(said).unwrap();
        assert_eq!(five(&usage), *expected, "{source}");
        let mut turned = said.to_vec();
        turned.reverse();
        assert_eq!(heard(&turned).map(|usage| five(&usage)), Some(*expected), "{source}, in another order");
    }
}

#[test]
fn a_total_that_no_reading_comes_to_is_said() {
    for (sent, counts, other) in [
        (r#"{"input":1,"output":2,"total":100}"#, [1, 0, 0, 2, 0], Some(100)),
        (r#"{"input":51,"output":0,"total":100}"#, [51, 0, 0, 0, 0], Some(100)),
        // AI SDK 5 leaves the cache of Anthropic out of its total.
        (
            r#"{"inputTokens":10,"outputTokens":5,"totalTokens":15,"cachedInputTokens":900}"#,
            [10, 900, 0, 5, 0],
            Some(15),
        ),
        (r#"{"input":1,"output":2,"total":3}"#, [1, 0, 0, 2, 0], None),
        (r#"{"input":1,"output":2}"#, [1, 0, 0, 2, 0], None),
    ] {
        let usage = from_langfuse(Some(sent), None).unwrap();
        let c = usage.counts;
        let found = [c.uncached_input, c.cached_read, c.cache_write, c.output, c.reasoning];
        assert_eq!((found, usage.other_total()), (counts, other), "{sent}");
    }
    let usage = heard(&[("input_tokens", 10), ("output_tokens", 5), ("total_tokens", 99)]).unwrap();
    assert_eq!((usage.counts.total(), usage.other_total(), usage.entry("total")), (15, Some(99), Some(99)));
}

#[test]
fn a_total_without_reading_is_added_with_every_token_once() {
    for (sent, total) in [
        (r#"{"promptTokenCount":13,"candidatesTokenCount":4,"cachedContentTokenCount":10}"#, 17),
        (r#"{"input":1,"output":2,"custom":7}"#, 10),
        (r#"{"input":1,"output":2,"inputCost":7}"#, 3),
    ] {
        assert_eq!(from_langfuse(Some(sent), None).unwrap().entry("total"), Some(total), "{sent}");
    }
}

proptest::proptest! {
    /// However a source puts five counters, they are found again, as long as the total tells.
    #[test]
    fn the_total_finds_the_counters_again(
        counts in proptest::array::uniform5(1_i64..1_000_000),
        inside in proptest::array::uniform3(proptest::bool::ANY),
    ) {
        let [uncached, read, write, visible, reasoning] = counts;
        let held = |is_inside: bool, count: i64| if is_inside { count } else { 0 };
        let input = uncached + held(inside[0], read) + held(inside[1], write);
        let output = visible + held(inside[2], reasoning);
        let said = [
            ("input_tokens", input), ("output_tokens", output), ("total_tokens", counts.iter().sum::<i64>()),
            ("cache_read.input_tokens", read), ("cache_creation.input_tokens", write), ("reasoning.output_tokens", reasoning),
        ];
        let usage = heard(&said).unwrap();
        proptest::prop_assert_eq!(usage.other_total(), None);
        // Two ways may add up to the same total where counts are equal or sums of each other.
        let ambiguous = read == write || read == reasoning || write == reasoning
            || read + write == reasoning || read + reasoning == write || write + reasoning == read;
        proptest::prop_assert!(ambiguous || five(&usage) == counts.map(Some), "{:?} of {:?}", five(&usage), said);
    }
}
