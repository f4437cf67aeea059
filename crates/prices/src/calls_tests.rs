//! From the words of each source to tokens that are charged once: the traps of wrong cost, by name.

use super::*;
use crate::book::Index;
use crate::builtin_table;
use trace_model::ObservationKind;
use trace_model::Usage;
use wire::mapping::usage::{Heard, from_langfuse};

/// 28 input tokens, 16 of them read from a cache and 3 written to it, 59 output tokens, as each source tells it.
fn sources() -> Vec<(&'static str, Usage)> {
    let map = |text| from_langfuse(Some(text), None).unwrap();
    let attributes = |total: Option<i64>| {
        let mut heard = Heard::default();
        for (name, count) in [
            ("input_tokens", Some(28)),
            ("output_tokens", Some(59)),
            ("cache_read.input_tokens", Some(16)),
            ("cache_creation.input_tokens", Some(3)),
            ("total_tokens", total),
        ] {
            count.into_iter().for_each(|count| heard.hear(name, count));
        }
        heard.usage().unwrap()
    };
    vec![
        ("OpenTelemetry, cache inside the input", attributes(None)),
        ("OpenInference, with its total", attributes(Some(87))),
        (
            "Langfuse, every entry for itself",
            map(r#"{"input":9,"output":59,"cache_read_input_tokens":16,"cache_creation_input_tokens":3}"#),
        ),
        (
            "Langfuse, with its total",
            map(r#"{"input":9,"output":59,"total":87,"input_cached_tokens":16,"input_cache_creation":3}"#),
        ),
        (
            "Anthropic as it answers",
            map(
                r#"{"input_tokens":9,"output_tokens":59,"cache_read_input_tokens":16,"cache_creation_input_tokens":3}"#,
            ),
        ),
        (
            "LiteLLM, which leaves cache writes in its input",
            map(
                r#"{"input":12,"output":59,"total":87,"cache_read_input_tokens":16,"cache_creation_input_tokens":3}"#,
            ),
        ),
    ]
}

#[test]
fn no_source_pays_for_the_cache_twice() {
    let expected = Tokens { input: 9, cached_read: 16, cache_write: 3, output: 59, ..Tokens::default() };
    for (source, usage) in sources() {
        assert_eq!(tokens(&usage.counts, &usage.entries, usage.sent.as_deref()), expected, "{source}");
    }
}

#[test]
fn openai_pays_for_cached_and_reasoning_tokens_once() {
    let text = r#"{"prompt_tokens":30,"completion_tokens":60,"total_tokens":90,
        "prompt_tokens_details":{"cached_tokens":20,"audio_tokens":4},
        "completion_tokens_details":{"reasoning_tokens":50,"audio_tokens":2}}"#;
    let usage = from_langfuse(Some(text), None).unwrap();
    let split = tokens(&usage.counts, &usage.entries, usage.sent.as_deref());
    let expected = Tokens {
        input: 6,
        cached_read: 20,
        output: 8,
        reasoning: 50,
        audio_input: 4,
        audio_output: 2,
        ..Tokens::default()
    };
    assert_eq!(split, expected);
}

#[test]
fn what_a_cache_read_is_cheaper_for_whatever_name_a_router_gives_the_model() {
    let index = builtin_table().unwrap().prices.into_iter().enumerate();
    let rows =
        index.map(|(n, price)| PriceRow { id: n.to_string(), is_own: false, version: 1, price }).collect();
    let book = Book::new(Arc::new(Index::new(rows)), Vec::new());
    let at = Timestamp(1_795_251_600_000_000);
    let cost = |model: &str, text: &str| {
        let usage = from_langfuse(Some(text), None).unwrap();
        let row = book.find(model, None, at).unwrap_or_else(|| panic!("no price of {model}"));
        row.price.cost(&tokens(&usage.counts, &usage.entries, usage.sent.as_deref()), None).total.0
    };
    let plain = r#"{"prompt_tokens":1000000,"completion_tokens":0,"total_tokens":1000000}"#;
    let cached = r#"{"prompt_tokens":1000000,"completion_tokens":0,"total_tokens":1000000,"prompt_cache_hit_tokens":900000,"prompt_cache_miss_tokens":100000}"#;
    assert_eq!((cost("deepseek-chat", plain), cost("deepseek-chat", cached)), (270_000_000, 90_000_000));
    for model in [
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic/claude-sonnet-4.5",
        "anthropic/claude-sonnet-4.5:beta",
        "openrouter/anthropic/claude-sonnet-4.5:thinking",
        "bedrock/converse/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5@20250929",
        "bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "anthropic:claude-sonnet-4-5",
    ] {
        assert_eq!(
            cost(model, r#"{"input_tokens":1000,"output_tokens":100}"#),
            3_000_000 + 1_500_000,
            "{model}"
        );
    }
    assert_eq!(
        cost(
            "google-gla:gemini-2.5-flash",
            r#"{"promptTokenCount":1000,"candidatesTokenCount":4,"thoughtsTokenCount":96}"#
        ),
        550_000
    );
}

#[test]
fn writes_for_an_hour_are_told_apart() {
    for text in [
        r#"{"input":9,"output":1,"input_cache_creation_5m":3,"input_cache_creation_1h":4}"#,
        r#"{"input_tokens":9,"output_tokens":1,"cache_creation_input_tokens":7,
            "cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}"#,
        r#"{"input_tokens":16,"output_tokens":1,"total_tokens":17,
            "input_token_details":{"cache_creation":0,"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}"#,
    ] {
        let usage = from_langfuse(Some(text), None).unwrap();
        let split = tokens(&usage.counts, &usage.entries, usage.sent.as_deref());
        assert_eq!((split.cache_write, split.cache_write_1h, split.input), (3, 4, 9), "{text}");
    }
}

fn observation(kind: ObservationKind, model: &str) -> Observation {
    let usage = from_langfuse(Some(r#"{"input":1000,"output":500}"#), None).map(Box::new);
    Observation { kind: Some(kind), model: Some(model.into()), usage, ..Observation::default() }
}

#[test]
fn whatever_names_a_model_and_has_tokens_costs_something() {
    let priced = |o: &Observation| Call::of(o, Timestamp(1)).is_some();
    for kind in ObservationKind::ALL {
        assert!(priced(&observation(kind, "gpt-4o")), "{kind:?}");
    }
    assert!(priced(&Observation { kind: None, ..observation(ObservationKind::Span, "gpt-4o") }));
    let no_usage = Observation { usage: None, ..observation(ObservationKind::Generation, "gpt-4o") };
    assert!(!priced(&no_usage));
    assert!(!priced(&Observation { model: None, ..observation(ObservationKind::Generation, "x") }));
}

#[test]
fn a_price_once_named_stays_named() {
    let rows: Vec<PriceRow> = builtin_table()
        .unwrap()
        .prices
        .into_iter()
        .enumerate()
        .map(|(n, price)| PriceRow { id: format!("{n} {}", price.model), is_own: false, version: 1, price })
        .collect();
    let book = Book::new(Arc::new(Index::new(rows)), Vec::new());
    let o = observation(ObservationKind::Generation, "gpt-4o");
    let call = Call::of(&o, Timestamp(1_795_251_600_000_000)).unwrap();
    let found = call.priced(&book, None).unwrap();
    assert_eq!(found.cost.total.0, 2_500_000 + 5_000_000);
    let other = book.find("gpt-4o-mini", None, call.at).unwrap().id.clone();
    let pinned = call.priced(&book, Some(&other)).unwrap();
    assert_eq!((pinned.row.id.as_str(), pinned.cost.total.0), (other.as_str(), 150_000 + 300_000));
    assert_eq!(call.priced(&book, Some("gone")).unwrap().row.id, found.row.id);
}

#[test]
fn service_tiers_are_read_from_parameters() {
    assert_eq!(service_tier(r#"{"service_tier":"Flex","temperature":1}"#).as_deref(), Some("flex"));
    assert_eq!(service_tier(r#"{"speed":"fast"}"#).as_deref(), Some("fast"));
    for none in ["{}", r#"{"service_tier":"default"}"#, r#"{"service_tier":7}"#, "service_tier"] {
        assert_eq!(service_tier(none), None, "{none}");
    }
}

#[test]
fn an_image_gives_back_what_the_call_was_priced_by() {
    let usage = from_langfuse(Some(r#"{"input":9,"output":1,"input_cache_creation_1h":4}"#), None).unwrap();
    let o = Observation {
        usage: Some(Box::new(usage.clone())),
        parameters: Some(r#"{"service_tier":"flex"}"#.into()),
        ..observation(ObservationKind::Generation, "m")
    };
    let image = trace_model::image::image("t", &o, &[]).unwrap();
    let (split, tier) = of_image(&usage.counts, &image).unwrap();
    let call = Call::of(&o, Timestamp(1)).unwrap();
    assert_eq!((split, tier), (call.tokens, call.service_tier));
}
