//! What happened at the parts desk: five stories told in spans.

use super::traces::{Span, Story};

/// Every trace of the example, oldest first.
pub(super) const STORIES: &[Story] =
    &[FIRST_QUESTION, CATALOGUE_ROWS, SILENT_FAILURE, CALL_COUNT, IDLE_QUESTION];

/// Step 3, item 3: a test question appears as one trace with both models.
pub(super) const FIRST_QUESTION: Story = Story {
    name: "first question after wrapping",
    tags: &["parts-desk", "wo:WO-2026-014/3.3"],
    minutes_ago: 190,
    spans: &[
        Span {
            name: "parts-question",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 4120,
            input: "Which bearing fits the idler roller of conveyor C4?",
            output: "Use 6205-2RS (row 1181, 25 x 52 x 15 mm). Four are on shelf B2.",
            model: None,
            error: None,
        },
        Span {
            name: "rank candidates",
            kind: "generation",
            parent: Some(0),
            from_ms: 40,
            to_ms: 1240,
            input: r#"[{"role":"system","content":"Rank catalogue rows for the question. Answer with row numbers only."},{"role":"user","content":"Which bearing fits the idler roller of conveyor C4?"}]"#,
            output: r#"[{"role":"assistant","content":"1181, 1184, 0973"}]"#,
            model: Some(("gpt-4o-mini", 412, 9)),
            error: None,
        },
        Span {
            name: "catalogue_search",
            kind: "tool",
            parent: Some(0),
            from_ms: 1250,
            to_ms: 1560,
            input: r#"{"query":"idler roller C4 bearing","limit":3}"#,
            output: r#"{"rows":[{"row":1181,"part":"6205-2RS","size":"25 x 52 x 15 mm"},{"row":1184,"part":"6205-ZZ","size":"25 x 52 x 15 mm"}],"found":2}"#,
            model: None,
            error: None,
        },
        Span {
            name: "stock_lookup",
            kind: "tool",
            parent: Some(0),
            from_ms: 1570,
            to_ms: 1610,
            input: r#"{"part":"6205-2RS"}"#,
            output: r#"{"part":"6205-2RS","quantity":4,"shelf":"B2"}"#,
            model: None,
            error: None,
        },
        Span {
            name: "answer",
            kind: "generation",
            parent: Some(0),
            from_ms: 1640,
            to_ms: 4100,
            input: r#"[{"role":"system","content":"Answer from the catalogue rows only and name the row."},{"role":"user","content":"Which bearing fits the idler roller of conveyor C4?"},{"role":"tool","content":"row 1181: 6205-2RS, 25 x 52 x 15 mm; quantity 4, shelf B2"}]"#,
            output: r#"[{"role":"assistant","content":"Use 6205-2RS (row 1181, 25 x 52 x 15 mm). Four are on shelf B2."}]"#,
            model: Some(("claude-sonnet-4-5", 688, 34)),
            error: None,
        },
    ],
};

/// Step 4, item 1: the search records its query and the rows found.
pub(super) const CATALOGUE_ROWS: Story = Story {
    name: "catalogue search with rows",
    tags: &["parts-desk", "wo:WO-2026-014/4.1"],
    minutes_ago: 120,
    spans: &[
        Span {
            name: "parts-question",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 2210,
            input: "Shaft seal 40 x 62 x 7, Viton, do we have one?",
            output: "Row 2207: 40X62X7-FKM. None on the shelf, 3 on order.",
            model: None,
            error: None,
        },
        Span {
            name: "catalogue_search",
            kind: "tool",
            parent: Some(0),
            from_ms: 20,
            to_ms: 310,
            input: r#"{"query":"shaft seal 40 x 62 x 7 FKM","limit":5}"#,
            output: r#"{"query":"shaft seal 40 x 62 x 7 FKM","rows":[{"row":2207,"part":"40X62X7-FKM"}],"found":1}"#,
            model: None,
            error: None,
        },
        Span {
            name: "answer",
            kind: "generation",
            parent: Some(0),
            from_ms: 330,
            to_ms: 2190,
            input: r#"[{"role":"user","content":"Shaft seal 40 x 62 x 7, Viton, do we have one?"},{"role":"tool","content":"row 2207: 40X62X7-FKM; quantity 0, on order 3"}]"#,
            output: r#"[{"role":"assistant","content":"Row 2207: 40X62X7-FKM. None on the shelf, 3 on order."}]"#,
            model: Some(("claude-sonnet-4-5", 512, 27)),
            error: None,
        },
    ],
};

/// Step 4, item 3: the failure that was ticked as visible and is not.
pub(super) const SILENT_FAILURE: Story = Story {
    name: "stock lookup times out",
    tags: &["parts-desk", "wo:WO-2026-014/4.3"],
    minutes_ago: 95,
    spans: &[
        Span {
            name: "parts-question",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 6480,
            input: "How many A42 V-belts are left?",
            output: "There are no A42 belts in stock.",
            model: None,
            error: None,
        },
        Span {
            name: "stock_lookup",
            kind: "tool",
            parent: Some(0),
            from_ms: 30,
            to_ms: 5030,
            input: r#"{"part":"A42"}"#,
            output: r#"{"quantity":0,"note":"default after timeout of 5 s"}"#,
            model: None,
            error: None,
        },
        Span {
            name: "answer",
            kind: "generation",
            parent: Some(0),
            from_ms: 5050,
            to_ms: 6460,
            input: r#"[{"role":"user","content":"How many A42 V-belts are left?"},{"role":"tool","content":"quantity 0"}]"#,
            output: r#"[{"role":"assistant","content":"There are no A42 belts in stock."}]"#,
            model: Some(("claude-sonnet-4-5", 301, 12)),
            error: None,
        },
    ],
};

/// Step 5, item 2: provider calls against traces.
pub(super) const CALL_COUNT: Story = Story {
    name: "count calls against traces",
    tags: &["parts-desk", "wo:WO-2026-014/5.2"],
    minutes_ago: 40,
    spans: &[
        Span {
            name: "count",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 900,
            input: "Compare provider calls and traced calls of the last 24 hours.",
            output: "48 of 51 calls are traced. Three run outside the wrapped client.",
            model: None,
            error: None,
        },
        Span {
            name: "call_counter",
            kind: "tool",
            parent: Some(0),
            from_ms: 10,
            to_ms: 140,
            input: r#"{"window":"24h"}"#,
            output: r#"{"provider_calls":51,"traced_calls":48,"untraced":["retry.py:88","digest.py:17","digest.py:41"]}"#,
            model: None,
            error: None,
        },
        Span {
            name: "report",
            kind: "generation",
            parent: Some(0),
            from_ms: 150,
            to_ms: 880,
            input: r#"[{"role":"user","content":"Compare provider calls and traced calls of the last 24 hours."},{"role":"tool","content":"provider_calls 51, traced_calls 48"}]"#,
            output: r#"[{"role":"assistant","content":"48 of 51 calls are traced. Three run outside the wrapped client."}]"#,
            model: Some(("gpt-4o-mini", 164, 16)),
            error: None,
        },
    ],
};

/// Another order's step: a tool prints its environment, and a key is in it.
pub(super) const KEY_IN_LOG: Story = Story {
    name: "nightly index of the catalogue",
    tags: &["parts-desk", "wo:WO-2026-016/1.1"],
    minutes_ago: 95,
    spans: &[
        Span {
            name: "index",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 2310,
            input: "Build the index of the catalogue again.",
            output: "The index holds 2 418 rows.",
            model: None,
            error: None,
        },
        Span {
            name: "print_environment",
            kind: "tool",
            parent: Some(0),
            from_ms: 10,
            to_ms: 60,
            input: r#"{"service":"catalogue-indexer"}"#,
            output: "LANGFUSE_HOST=http://127.0.0.1:8420\nLANGFUSE_SECRET_KEY=KEY-OF-THE-DAY\nROWS=2418",
            model: None,
            error: None,
        },
    ],
};

/// Nobody's step: everyday traffic, with an error that shows as one.
pub(super) const IDLE_QUESTION: Story = Story {
    name: "everyday question",
    tags: &["parts-desk"],
    minutes_ago: 12,
    spans: &[
        Span {
            name: "parts-question",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 1830,
            input: "Torque for an M10 8.8 bolt on the gearbox lid?",
            output: "I could not reach the catalogue. Please ask again in a minute.",
            model: None,
            error: None,
        },
        Span {
            name: "catalogue_search",
            kind: "tool",
            parent: Some(0),
            from_ms: 15,
            to_ms: 1515,
            input: r#"{"query":"M10 8.8 torque gearbox lid","limit":3}"#,
            output: "",
            model: None,
            error: Some("connection to catalogue refused after 1.5 s"),
        },
        Span {
            name: "answer",
            kind: "generation",
            parent: Some(0),
            from_ms: 1530,
            to_ms: 1820,
            input: r#"[{"role":"user","content":"Torque for an M10 8.8 bolt on the gearbox lid?"}]"#,
            output: r#"[{"role":"assistant","content":"I could not reach the catalogue. Please ask again in a minute."}]"#,
            model: Some(("gpt-4o-mini", 96, 15)),
            error: None,
        },
    ],
};
