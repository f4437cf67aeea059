//! Counters of every provider's own objects, by table.

use super::from_langfuse;
use super::tests::{Five, NONE, five, n};

const OBJECTS: &[(&str, &str, Five)] = &[
    (
        "Gemini",
        r#"{"prompt_token_count":13,"candidates_token_count":4,"thoughts_token_count":505,"total_token_count":522}"#,
        [n(13), NONE, NONE, n(4), n(505)],
    ),
    (
        "Gemini, as its API answers",
        r#"{"promptTokenCount":13,"candidatesTokenCount":4,"thoughtsTokenCount":505,"totalTokenCount":522,
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":13}]}"#,
        [n(13), NONE, NONE, n(4), n(505)],
    ),
    (
        "Gemini, with a tool and a cache",
        r#"{"promptTokenCount":1000,"cachedContentTokenCount":900,"toolUsePromptTokenCount":50,"candidatesTokenCount":20,
            "totalTokenCount":1070}"#,
        [n(150), n(900), NONE, n(20), NONE],
    ),
    (
        "Gemini without a total",
        r#"{"promptTokenCount":13,"candidatesTokenCount":40,"thoughtsTokenCount":5}"#,
        [n(13), NONE, NONE, n(40), n(5)],
    ),
    (
        "Gemini Live",
        r#"{"promptTokenCount":13,"responseTokenCount":4,"totalTokenCount":17}"#,
        [n(13), NONE, NONE, n(4), NONE],
    ),
    (
        "Genkit",
        r#"{"inputTokens":10,"outputTokens":5,"thoughtsTokens":7,"totalTokens":22,"inputCharacters":40,"inputImages":1}"#,
        [n(10), NONE, NONE, n(5), n(7)],
    ),
    (
        "Bedrock",
        r#"{"inputTokens":1000,"outputTokens":100,"totalTokens":1100}"#,
        [n(1_000), NONE, NONE, n(100), NONE],
    ),
    (
        "Bedrock, with a cache",
        r#"{"inputTokens":10,"outputTokens":100,"totalTokens":3110,"cacheReadInputTokens":2000,"cacheWriteInputTokens":1000}"#,
        [n(10), n(2_000), n(1_000), n(100), NONE],
    ),
    (
        "Bedrock, without a total",
        r#"{"inputTokens":5000,"outputTokens":100,"cacheReadInputTokens":2000,"cacheWriteInputTokens":1000}"#,
        [n(5_000), n(2_000), n(1_000), n(100), NONE],
    ),
    (
        "AI SDK 5",
        r#"{"inputTokens":1000,"outputTokens":100,"totalTokens":1100,"reasoningTokens":50,"cachedInputTokens":800}"#,
        [n(200), n(800), NONE, n(50), n(50)],
    ),
    (
        "AI SDK 6",
        r#"{"inputTokens":1000,"inputTokenDetails":{"noCacheTokens":150,"cacheReadTokens":800,"cacheWriteTokens":50},
            "outputTokens":100,"outputTokenDetails":{"textTokens":40,"reasoningTokens":60},"totalTokens":1100,
            "raw":{"input_tokens":150,"cache_read_input_tokens":800}}"#,
        [n(150), n(800), n(50), n(40), n(60)],
    ),
    (
        "AI SDK 6, as providers give it",
        r#"{"inputTokens":{"total":1000,"noCache":150,"cacheRead":800,"cacheWrite":50},"outputTokens":{"total":100,"text":40,"reasoning":60}}"#,
        [n(150), n(800), n(50), n(40), n(60)],
    ),
    (
        "LangChain of Claude, as it was",
        r#"{"input_tokens":3,"output_tokens":12,"total_tokens":13256,"input_token_details":{"cache_creation":25,"cache_read":13216}}"#,
        [n(3), n(13_216), n(25), n(12), NONE],
    ),
    (
        "LangChain of Claude",
        r#"{"input_tokens":13244,"output_tokens":12,"total_tokens":13256,
            "input_token_details":{"cache_creation":0,"cache_read":13216,"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":5}}"#,
        [n(3), n(13_216), n(25), n(12), NONE],
    ),
    (
        "LangChain of OpenAI",
        r#"{"input_tokens":2000,"output_tokens":12,"total_tokens":2012,"input_token_details":{"audio":0,"cache_read":1800},
            "output_token_details":{"audio":0,"reasoning":10}}"#,
        [n(200), n(1_800), NONE, n(2), n(10)],
    ),
    (
        "OpenRouter",
        r#"{"prompt_tokens":12000,"completion_tokens":100,"total_tokens":12100,"cost":0.02,
            "prompt_tokens_details":{"cached_tokens":10318,"cache_write_tokens":1000,"audio_tokens":0},
            "completion_tokens_details":{"reasoning_tokens":30,"image_tokens":0},"cost_details":{"upstream_inference_cost":null}}"#,
        [n(682), n(10_318), n(1_000), n(70), n(30)],
    ),
    (
        "OpenAI, with a prediction",
        r#"{"prompt_tokens":30,"completion_tokens":60,"total_tokens":90,
            "completion_tokens_details":{"reasoning_tokens":10,"accepted_prediction_tokens":20,"rejected_prediction_tokens":15}}"#,
        [n(30), NONE, NONE, n(50), n(10)],
    ),
    (
        "OpenAI, responses",
        r#"{"input_tokens":75,"input_tokens_details":{"cached_tokens":25},"output_tokens":1186,
            "output_tokens_details":{"reasoning_tokens":1024},"total_tokens":1261}"#,
        [n(50), n(25), NONE, n(162), n(1_024)],
    ),
    (
        "Anthropic",
        r#"{"input_tokens":2095,"cache_creation_input_tokens":456,"cache_read_input_tokens":50,
            "cache_creation":{"ephemeral_5m_input_tokens":356,"ephemeral_1h_input_tokens":100},"output_tokens":503,
            "server_tool_use":{"web_search_requests":2},"service_tier":"standard"}"#,
        [n(2_095), n(50), n(456), n(503), NONE],
    ),
    (
        "DeepSeek",
        r#"{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,"prompt_tokens_details":{"cached_tokens":640},
            "prompt_cache_hit_tokens":640,"prompt_cache_miss_tokens":360,"completion_tokens_details":{"reasoning_tokens":20}}"#,
        [n(360), n(640), NONE, n(30), n(20)],
    ),
    (
        "xAI: reasoning beside, text within",
        r#"{"prompt_tokens":37,"completion_tokens":530,"total_tokens":800,"prompt_tokens_details":{"text_tokens":37,"cached_tokens":8},
            "completion_tokens_details":{"reasoning_tokens":233},"num_sources_used":3}"#,
        [n(29), n(8), NONE, n(530), n(233)],
    ),
    (
        "Groq",
        r#"{"queue_time":1,"prompt_tokens":10,"prompt_time":2,"completion_tokens":5,"completion_time":3,"total_tokens":15,"total_time":5}"#,
        [n(10), NONE, NONE, n(5), NONE],
    ),
    (
        "Mistral",
        r#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"num_cached_tokens":4,"prompt_audio_seconds":9}"#,
        [n(6), n(4), NONE, n(5), NONE],
    ),
    (
        "Ollama",
        r#"{"prompt_eval_count":26,"eval_count":259,"total_duration":10706818083,"prompt_eval_duration":130079000}"#,
        [n(26), NONE, NONE, n(259), NONE],
    ),
    (
        "Cohere",
        r#"{"billed_units":{"input_tokens":10,"output_tokens":5,"search_units":1},"tokens":{"input_tokens":210,"output_tokens":8},"cached_tokens":64}"#,
        [n(146), n(64), NONE, n(8), NONE],
    ),
    (
        "Cohere, what was billed only",
        r#"{"billed_units":{"input_tokens":10,"output_tokens":5}}"#,
        [n(10), NONE, NONE, n(5), NONE],
    ),
    (
        "Pydantic AI",
        r#"{"input_tokens":130213,"output_tokens":100,"cache_read_tokens":128955,"cache_write_tokens":1253,"details":{"reasoning_tokens":0}}"#,
        [n(5), n(128_955), n(1_253), n(100), n(0)],
    ),
    (
        "Pydantic AI, as it was",
        r#"{"requests":1,"request_tokens":10,"response_tokens":5,"total_tokens":15}"#,
        [n(10), NONE, NONE, n(5), NONE],
    ),
    (
        "MLflow",
        r#"{"input_tokens":10,"output_tokens":5,"total_tokens":45,"cache_read_input_tokens":30}"#,
        [n(10), n(30), NONE, n(5), NONE],
    ),
    (
        "Langfuse, each for itself",
        r#"{"input":9,"output":59,"input_cached_tokens":16,"input_cache_creation_5m":2,"input_cache_creation_1h":1,"output_reasoning_tokens":8}"#,
        [n(9), n(16), n(3), n(59), n(8)],
    ),
    (
        "Langfuse, flat totals",
        r#"{"input":17903,"output":10,"input_cached_tokens":17817,"total":17913}"#,
        [n(86), n(17_817), NONE, n(10), NONE],
    ),
    (
        "Langfuse, of another form",
        r#"{"input":9,"output":5,"input_audio_tokens":3,"output_image_tokens":2}"#,
        [n(12), NONE, NONE, n(7), NONE],
    ),
];

/// Usage objects as providers answer and libraries pass them on.
#[test]
fn objects_of_every_provider_come_to_disjoint_counters() {
    for (source, sent, expected) in OBJECTS {
        let usage = from_langfuse(Some(sent), None).unwrap();
        assert_eq!(five(&usage), *expected, "{source}");
        assert_eq!(usage.sent.as_deref(), Some(*sent), "{source}");
        if let Some(total) = usage.total_sent {
            assert_eq!((usage.counts.total(), usage.other_total()), (total, None), "{source}");
            assert_eq!(
                usage.entry("total").or(usage.entry("total_token_count")).unwrap_or(total),
                total,
                "{source}"
            );
        } else {
            assert_eq!(usage.entry("total"), Some(usage.counts.total()), "{source}");
        }
    }
}
