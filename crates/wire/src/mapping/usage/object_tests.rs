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
        "xAI's SDK",
        r#"{"prompt_tokens":100,"completion_tokens":10,"reasoning_tokens":250,"total_tokens":360,"prompt_text_tokens":100,
            "cached_prompt_text_tokens":60,"prompt_image_tokens":0}"#,
        [n(40), n(60), NONE, n(10), n(250)],
    ),
    (
        ".NET's UsageDetails",
        r#"{"InputTokenCount":100,"OutputTokenCount":20,"TotalTokenCount":120,"AdditionalCounts":{
            "InputTokenDetails.CachedTokenCount":60,"InputTokenDetails.AudioTokenCount":0,
            "OutputTokenDetails.ReasoningTokenCount":8,"OutputTokenDetails.RejectedPredictionTokenCount":3}}"#,
        [n(40), n(60), NONE, n(12), n(8)],
    ),
    (
        "Llama API",
        r#"{"metrics":[{"metric":"num_completion_tokens","value":3,"unit":"tokens"},{"metric":"num_prompt_tokens","value":12},
            {"metric":"num_total_tokens","value":15},{"metric":"time","value":9},"odd"]}"#,
        [n(12), NONE, NONE, n(3), NONE],
    ),
    (
        "Braintrust",
        r#"{"prompt_tokens":30,"completion_tokens":4,"tokens":34,"prompt_cached_tokens":20,"completion_reasoning_tokens":1}"#,
        [n(10), n(20), NONE, n(3), n(1)],
    ),
    ("AI SDK, of an embedding", r#"{"tokens":5}"#, [n(5), NONE, NONE, NONE, NONE]),
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
        "Anthropic, what a search wrote to a cache is of no length of time",
        r#"{"input_tokens":335,"output_tokens":690,"cache_creation_input_tokens":12229,"cache_read_input_tokens":14942,
            "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"server_tool_use":{"web_search_requests":1}}"#,
        [n(335), n(14_942), n(12_229), n(690), NONE],
    ),
    (
        "LiteLLM of Claude",
        r#"{"total_tokens":103925,"prompt_tokens":98805,"completion_tokens":5120,
            "prompt_tokens_details":{"text_tokens":null,"cached_tokens":66360,"cache_creation_tokens":32435},
            "cache_read_input_tokens":66360,"completion_tokens_details":{"reasoning_tokens":1710},"cache_creation_input_tokens":32435}"#,
        [n(10), n(66_360), n(32_435), n(3_410), n(1_710)],
    ),
    (
        "Codex",
        r#"{"input_tokens":117231,"cached_input_tokens":115584,"output_tokens":225,"reasoning_output_tokens":100,"total_tokens":117456}"#,
        [n(1_647), n(115_584), NONE, n(125), n(100)],
    ),
    (
        "Agent client protocol",
        r#"{"inputTokens":1000,"outputTokens":200,"cachedReadTokens":300,"cachedWriteTokens":0,"thoughtTokens":50,"totalTokens":1200}"#,
        [n(700), n(300), n(0), n(150), n(50)],
    ),
    (
        "OpenCode: a cache within",
        r#"{"input":100,"output":50,"reasoning":10,"cache":{"read":1000,"write":50}}"#,
        [n(100), n(1_000), n(50), n(50), n(10)],
    ),
    (
        "Claude's SDK, by model",
        r#"{"inputTokens":5,"outputTokens":100,"cacheReadInputTokens":2000,"cacheCreationInputTokens":300,"webSearchRequests":0,
            "contextWindow":200000,"maxOutputTokens":64000}"#,
        [n(5), n(2_000), n(300), n(100), NONE],
    ),
    ("Titan", r#"{"inputTextTokenCount":15,"outputTextTokenCount":7}"#, [n(15), NONE, NONE, n(7), NONE]),
    (
        "Vertex, as it was",
        r#"{"tokenMetadata":{"inputTokenCount":{"totalTokens":10,"totalBillableCharacters":40},
            "outputTokenCount":{"totalTokens":4,"totalBillableCharacters":12}}}"#,
        [n(10), NONE, NONE, n(4), NONE],
    ),
    (
        "Gemini, interactions",
        r#"{"total_input_tokens":100,"total_cached_tokens":40,"total_output_tokens":20,"total_thought_tokens":30,
            "total_tool_use_tokens":0,"total_tokens":150}"#,
        [n(60), n(40), NONE, n(20), n(30)],
    ),
    (
        "each form for itself, and no whole",
        r#"{"input_text_tokens":10,"input_audio_tokens":5,"output_text_tokens":3,"output_audio_tokens":2,"total":20}"#,
        [n(15), NONE, NONE, n(5), NONE],
    ),
    (
        "OpenAI, realtime",
        r#"{"total_tokens":541,"input_tokens":521,"output_tokens":20,"input_token_details":{"text_tokens":292,"audio_tokens":229,
            "cached_tokens":100,"cached_tokens_details":{"text_tokens":60,"audio_tokens":40}},
            "output_token_details":{"text_tokens":8,"audio_tokens":12}}"#,
        [n(421), n(100), NONE, n(20), NONE],
    ),
    (
        "Cohere, under its metadata",
        r#"{"meta":{"billed_units":{"input_tokens":10,"output_tokens":5},"tokens":{"input_tokens":210,"output_tokens":8}}}"#,
        [n(210), NONE, NONE, n(8), NONE],
    ),
    (
        "llama.cpp",
        r#"{"prompt_n":12,"predicted_n":30,"prompt_ms":30,"predicted_ms":400}"#,
        [n(12), NONE, NONE, n(30), NONE],
    ),
    (
        "OpenRouter, figures of a generation",
        r#"{"tokens_prompt":10,"tokens_completion":25,"native_tokens_prompt":11,"native_tokens_completion":27,
            "native_tokens_reasoning":5,"native_tokens_cached":4}"#,
        [n(7), n(4), NONE, n(22), n(5)],
    ),
    (
        "CrewAI",
        r#"{"total_tokens":110,"prompt_tokens":100,"cached_prompt_tokens":30,"completion_tokens":10,"successful_requests":2}"#,
        [n(70), n(30), NONE, n(10), NONE],
    ),
    (
        "PostHog",
        r#"{"$ai_input_tokens":10,"$ai_output_tokens":4,"$ai_cache_read_input_tokens":3}"#,
        [n(10), n(3), NONE, n(4), NONE],
    ),
    (
        "with words before the names",
        r#"{"total_prompt_tokens":10,"num_completion_tokens":4}"#,
        [n(10), NONE, NONE, n(4), NONE],
    ),
    (
        "Langfuse, of another form",
        r#"{"input":9,"output":5,"input_audio_tokens":3,"output_image_tokens":2}"#,
        [n(12), NONE, NONE, n(7), NONE],
    ),
];

#[test]
fn what_is_no_token_is_in_no_counter_and_has_no_total() {
    for sent in [
        r#"{"type":"duration","seconds":5}"#,
        r#"{"billed_units":{"search_units":1},"images":2}"#,
        r#"{"input":100,"output":50,"unit":"CHARACTERS"}"#,
        r#"{"input":100,"unit":"SECONDS"}"#,
    ] {
        let Some(usage) = from_langfuse(None, Some(sent)) else { continue };
        assert_eq!((five(&usage), usage.total_sent), ([NONE; 5], None), "{sent}");
        assert_eq!(usage.entry("total"), None, "{sent}");
        assert!(usage.entries.iter().all(|(_, count)| *count > 0), "{sent}");
    }
    for sent in
        [r#"{"input":100,"unit":"TOKENS"}"#, r#"{"input":100,"unit":""}"#, r#"{"input":100,"unit":null}"#]
    {
        let usage = from_langfuse(None, Some(sent)).unwrap();
        assert_eq!(five(&usage), [n(100), NONE, NONE, NONE, NONE], "{sent}");
    }
}

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
