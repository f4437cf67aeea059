//! What a platform of agents for several tenants is judged by, each from the spans that its agents send to what people and programs read.

use serde_json::{Value, json};
use tracewright::foundation::{Asker, Role};
use tracewright::hours::refresh;
use tracewright::people::model::Scopes;

use super::sums::other_project;
use crate::api::caller::{Caller, key, program};
use crate::harness::{MINUTE, TestApp, on_both};
use crate::people::pages::cookie;
use crate::people::{OWNER, PUBLIC, SECRET, create, owner};
use crate::scrape::measured::span;
use crate::scrape::told;

const CHECK: &str = "/api/v1/handoffs/validate";

/// Where a reader of a project looks, and whether what its tenant is called stands there.
const PLACES: [(&str, bool); 24] = [
    ("/", false),
    ("/traces", true),
    ("/sessions", true),
    ("/sessions/morning", true),
    ("/fleet", true),
    ("/fleet/personas", true),
    ("/fleet/workflows", true),
    ("/fleet/agents", true),
    ("/fleet/agents.csv", true),
    ("/fleet/gates", true),
    ("/fleet/gates.csv", true),
    ("/fleet/builds", true),
    ("/fleet/builds.csv", true),
    ("/fleet/costs", false),
    ("/fleet/costs.csv", true),
    ("/fleet/budgets", true),
    ("/fleet/alerts", false),
    ("/fleet/coverage", false),
    ("/fleet/identity", true),
    ("/fleet/handoffs", true),
    ("/fleet/rules", false),
    ("/ledger", false),
    ("/api/v1/budgets", true),
    ("/api/v1/fleet/identity", true),
];

/// The same of a program with a key.
const ADDRESSES: [&str; 2] = ["/api/public/traces", "/api/public/observations"];

/// A project: the program that sends its traces, and somebody who reads them.
struct Side {
    program: Caller,
    reader: Caller,
}

impl Side {
    async fn first(t: &TestApp) -> Self {
        owner(t).await;
        Self { program: Caller::with_key(PUBLIC, SECRET), reader: Caller::signed_in(&cookie(t, OWNER).await) }
    }

    async fn second(t: &TestApp) -> Self {
        let there = Asker::operator(other_project(t).await);
        create(&t.people, &there, "chief@south.example", &[Role::Admin]).await;
        let program = key(t, &there, Scopes::all(), None).await;
        Self { program, reader: Caller::signed_in(&cookie(t, "chief@south.example").await) }
    }

    async fn send(&self, t: &TestApp, spans: &[Value]) {
        let scope = json!({"scope": {"name": "agents"}, "spans": spans});
        let body = json!({"resourceSpans": [{"scopeSpans": [scope]}]});
        let got = self.program.post(t, "/v1/traces", body).await;
        assert_eq!(got.status, 200, "{}", got.text());
    }

    /// What its reader sees there.
    async fn page(&self, t: &TestApp, path: &str) -> String {
        let got = self.reader.get(t, path).await;
        assert_eq!(got.status, 200, "{path}: {}", got.text());
        got.text()
    }

    /// The same as JSON.
    async fn json(&self, t: &TestApp, path: &str) -> Value {
        serde_json::from_str(&self.page(t, path).await).unwrap()
    }
}

fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "{words}: {page}");
    }
}

fn chat(trace: u64, id: u64, parent: u64, (from, to): (i64, i64), more: &[(&str, Value)]) -> Value {
    let mut said = vec![
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.request.model", json!("gpt-4")),
        ("gen_ai.usage.input_tokens", json!(20)),
        ("gen_ai.usage.output_tokens", json!(10)),
    ];
    said.extend_from_slice(more);
    span(trace, id, parent, "chat", (from, to), &said)
}

/// A question that a triage agent hands on to another one.
fn routed(trace: u64, question: &str, to: &str) -> Vec<Value> {
    let agent = |name: &str| ("gen_ai.agent.name", json!(name));
    let invoke = ("gen_ai.operation.name", json!("invoke_agent"));
    let handoff = [
        ("handoff.source_agent", json!("triage")),
        ("handoff.target_agent", json!(to)),
        ("handoff.valid", json!("true")),
    ];
    let root = [invoke.clone(), agent("triage"), ("tenant.id", json!("acme"))];
    vec![
        span(trace, 1, 0, question, (0, 10), &root),
        span(trace, 2, 1, "supervisor.task", (1, 9), &[("task.decomposed", json!("false"))]),
        span(trace, 3, 1, "handoff", (2, 3), &handoff),
        span(trace, 4, 1, &format!("invoke_agent {to}"), (3, 9), &[invoke, agent(to)]),
        chat(trace, 5, 4, (4, 8), &[]),
    ]
}

/// A run in which everything is named after its tenant but the session, which another one has too.
fn of_tenant(trace: u64, tenant: &str) -> Vec<Value> {
    let own = |word: &str| json!(format!("{tenant}-{word}"));
    let root = [("agent.id", own("desk")), ("tenant.id", json!(tenant)), ("session.id", json!("morning"))];
    let stage = [("stage.persona", own("clerk")), ("stage.quality_gate_passed", json!("true"))];
    let words =
        [("langfuse.observation.input", own("question")), ("langfuse.observation.output", own("answer"))];
    let handoff = [("handoff.source_agent", own("desk")), ("handoff.target_agent", own("mate"))];
    vec![
        span(trace, 1, 0, &format!("workflow.{tenant}-release"), (0, 20), &root),
        span(trace, 2, 1, &format!("stage.{tenant}-check"), (1, 10), &stage),
        chat(trace, 3, 2, (2, 9), &words),
        span(trace, 4, 1, "handoff", (10, 11), &handoff),
    ]
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

on_both! {
    async fn which_agent_a_question_was_routed_to_is_visible(t: TestApp) {
        let side = Side::first(&t).await;
        let questions = [(1, "about an invoice", "billing"), (2, "about a pump", "repair")];
        for (trace, question, agent) in questions {
            side.send(&t, &routed(trace, question, agent)).await;
        }
        let metrics = told(&t).await;
        for (trace, question, agent) in questions {
            let list = side.page(&t, &format!("/traces?agent={agent}&range=24h")).await;
            for (_, other, _) in questions {
                assert_eq!(list.contains(other), other == question, "{agent}, {other}: {list}");
            }
            let call = side.page(&t, &format!("/traces/{trace:032x}?observation={:016x}", 5)).await;
            has(&call, &[&format!("<dt>Agent</dt><dd>{agent}</dd>"), &format!("invoke_agent {agent}")]);
            let handoffs = side.page(&t, &format!("/fleet/handoffs?agent={agent}&range=24h")).await;
            assert_eq!(handoffs.matches("<tr data-row>").count(), 1, "{handoffs}");
            let at = format!("/traces/{trace:032x}?observation={:016x}", 3);
            has(&handoffs, &[at.as_str(), ">triage<", &format!(">{agent}<")]);
            let costs = side.json(&t, &format!("/api/v1/costs/agents/{agent}")).await;
            assert_eq!(costs["tenants"]["acme"]["total_tokens"], 30, "{costs}");
            let labels =
                [("result", "valid"), ("source_agent", "triage"), ("strictness", "lenient"), ("target_agent", agent)];
            assert_eq!(metrics.whole("handoff_validations_total", &labels), 1, "{agent}");
            let labels = [("agent_id", agent), ("status", "success"), ("tenant_id", "acme")];
            assert_eq!(metrics.whole("agent_invocations_total", &labels), 1, "{agent}");
        }
        let labels = [("decomposed", "false"), ("status", "success"), ("tenant_id", "acme")];
        assert_eq!(metrics.whole("supervisor_tasks_total", &labels), 2);
    }

    async fn tenants_never_see_each_others_events(t: TestApp) {
        let sides = [
            ("larkfield", 1_u64, Side::first(&t).await),
            ("thornbury", 2, Side::second(&t).await),
        ];
        for (tenant, trace, side) in &sides {
            side.send(&t, &of_tenant(*trace, tenant)).await;
            let budget = json!({"scope": "persona", "name": format!("{tenant}-clerk"), "unit": "tokens", "period": "total",
                "amount": "500", "reason": "What it may use"});
            let set = side.reader.post(&t, "/api/v1/budgets", budget).await;
            assert_eq!(set.status, 201, "{}", set.text());
        }
        for (((own, own_trace, side), (other, other_trace, _)), is_summed) in
            [((&sides[0], &sides[1]), false), ((&sides[1], &sides[0]), true)]
        {
            if is_summed {
                t.clock.advance(2 * MINUTE);
                assert!(refresh(&t.app).await.unwrap() > 0, "no hour was summed");
            }
            for (path, stands_there) in PLACES {
                let page = side.page(&t, path).await;
                assert!(!page.contains(other), "{own} reads of {other} at {path}: {page}");
                assert!(!stands_there || page.contains(own), "{own} does not find itself at {path}: {page}");
            }
            for path in ADDRESSES {
                let got = side.program.get(&t, path).await;
                assert_eq!(got.status, 200, "{path}: {}", got.text());
                assert!(got.text().contains(own) && !got.text().contains(other), "{path}: {}", got.text());
            }
            assert_eq!(side.reader.get(&t, &format!("/traces/{own_trace:032x}")).await.status, 200);
            assert_eq!(side.reader.get(&t, &format!("/traces/{other_trace:032x}")).await.status, 404);
            let address = format!("/api/public/traces/{other_trace:032x}");
            assert_eq!(side.program.get(&t, &address).await.status, 404);

            let spent = side.json(&t, &format!("/api/v1/costs/tenants/{own}")).await;
            assert_eq!(spent["agents"][format!("{own}-desk")]["total_tokens"], 30, "{spent}");
            let nothing = json!({"tenant_id": other, "period_days": 30, "agents": {}, "total_cost": 0.0, "source": "unavailable"});
            assert_eq!(side.json(&t, &format!("/api/v1/costs/tenants/{other}")).await, nothing);
            let agent = format!("{other}-desk");
            let nothing = json!({"agent_id": agent, "period_days": 30, "tenants": {}, "total_cost": 0.0, "source": "unavailable"});
            assert_eq!(side.json(&t, &format!("/api/v1/costs/agents/{agent}")).await, nothing);
            for (kind, name) in [("agent", "desk"), ("persona", "clerk"), ("workflow", "release")] {
                let page = side.page(&t, &format!("/fleet/{kind}?name={other}-{name}")).await;
                has(&page, &["No call of a model in this time"]);
            }

            // Nor can work be handed on that rests on what is another's.
            let handoff = json!({"source_agent": agent, "target_agent": "mate", "payload": "x", "keep": false,
                "sources": [{"trace_id": format!("{other_trace:032x}")}]});
            let answer = side.reader.post(&t, CHECK, handoff).await.json();
            assert_eq!(codes(&answer), ["source_unknown"], "{answer}");
        }
    }

    async fn malformed_handoffs_are_rejected_with_reasons(t: TestApp) {
        let boss = owner(&t).await;
        let side = Side {
            program: Caller::with_key(PUBLIC, SECRET),
            reader: Caller::signed_in(&cookie(&t, OWNER).await),
        };
        let (_, relay) = program(&t, &boss, "relay").await;
        // It calls itself valid and says not from whom it is.
        let nameless = [("handoff.target_agent", json!("buyer")), ("handoff.valid", json!("true"))];
        side.send(&t, &[span(1, 1, 0, "handoff", (0, 1), &nameless)]).await;
        let strict = |part: &str| {
            json!({"source_agent": "planner", "target_agent": "buyer", "strictness": "strict", "payload": {"part": part},
                "sources": [{"text": "The pump needs part B-7."}]})
        };
        for (asked, expected) in [
            (json!({}), vec!["source_agent_missing", "target_agent_missing", "payload_missing", "attribution_missing"]),
            (strict("B-9"), vec!["value_ungrounded"]),
            (strict("B-7"), vec![]),
        ] {
            let got = relay.post(&t, CHECK, asked).await;
            assert_eq!(got.status, 200, "{}", got.text());
            let answer = got.json();
            let result = if expected.is_empty() { "valid" } else { "invalid" };
            assert_eq!((codes(&answer), &answer["result"]), (expected, &json!(result)), "{answer}");
        }
        let rejected = side.page(&t, "/fleet/handoffs?rejected=1&range=24h").await;
        assert_eq!(rejected.matches("<tr data-row>").count(), 3, "{rejected}");
        has(&rejected, &[
            "no source agent",
            "It does not say which agent it comes from.",
            "It does not say what it rests on.",
            "The source agent did not have: B-9",
        ]);
        assert_eq!(side.page(&t, "/fleet/handoffs?range=24h").await.matches("<tr data-row>").count(), 4);
        let metrics = told(&t).await;
        for (source, target, strictness, result) in [
            ("(none)", "buyer", "lenient", "invalid"),
            ("(none)", "(none)", "lenient", "invalid"),
            ("planner", "buyer", "strict", "invalid"),
            ("planner", "buyer", "strict", "valid"),
        ] {
            let labels =
                [("result", result), ("source_agent", source), ("strictness", strictness), ("target_agent", target)];
            assert_eq!(metrics.whole("handoff_validations_total", &labels), 1, "{labels:?}");
        }
    }

    async fn history_memories_and_the_budget_of_a_context_are_visible(t: TestApp) {
        let side = Side::first(&t).await;
        let turns = [("Why does pump 7 rattle?", "Its bearing is worn."), ("Shall I order one?", "Yes, part B-7.")];
        for ((trace, from), (question, answer)) in [(1, 0), (2, 60)].into_iter().zip(turns) {
            let said = [
                ("langfuse.observation.input", json!(question)),
                ("langfuse.observation.output", json!(answer)),
                ("session.id", json!("pump-7")),
                ("tenant.id", json!("acme")),
                ("agent.id", json!("desk")),
            ];
            let root = span(trace, 1, 0, "turn", (from, from + 30), &said);
            side.send(&t, &[root, chat(trace, 5, 1, (from + 20, from + 25), &[])]).await;
        }
        let memory = [
            ("gen_ai.operation.name", json!("search_memory")),
            ("gen_ai.memory.store.id", json!("notes-of-the-shift")),
            ("gen_ai.memory.query.text", json!("what was done to the pump")),
            ("gen_ai.memory.records", json!(r#"[{"id":"m-1","content":"The bearing was changed in March."}]"#)),
        ];
        let context = [
            ("context.model_tier", json!("large")),
            ("context.token_budget", json!(8000)),
            ("context.tokens_used", json!(6150)),
        ];
        let of_context = [
            span(2, 2, 1, "search_memory notes", (62, 63), &memory),
            span(2, 3, 1, "context.compile", (63, 65), &context),
        ];
        side.send(&t, &of_context).await;

        let session = side.page(&t, "/sessions/pump-7").await;
        let places: Vec<usize> = turns
            .iter()
            .flat_map(|(question, answer)| [question, answer])
            .map(|words| session.find(words).unwrap_or_else(|| panic!("{words}: {session}")))
            .collect();
        assert!(places.is_sorted(), "turns stand in the order in which they were: {places:?}");

        let trace = format!("/traces/{:032x}?observation=", 2);
        let memory = side.page(&t, &format!("{trace}{:016x}", 2)).await;
        has(&memory, &["search_memory notes", "notes-of-the-shift", "what was done to the pump", "The bearing was changed in March."]);
        let compiled = side.page(&t, &format!("{trace}{:016x}", 3)).await;
        for (name, value) in [("context.model_tier", "large"), ("context.token_budget", "8000"), ("context.tokens_used", "6150")] {
            let pair = compiled.split_once(&format!("<code>{name}</code></dt><dd>")).map(|(_, rest)| rest);
            let shown = pair.and_then(|rest| rest.split_once("</dd>")).map_or("", |(shown, _)| shown);
            assert!(shown.contains(&format!(">{value}</")), "{name}: {compiled}");
        }
        let metrics = told(&t).await;
        let labels = [("model_tier", "large"), ("tenant_id", "acme")];
        for (figure, expected) in [("count", 1), ("sum", 2)] {
            let name = format!("context_compilation_duration_seconds_{figure}");
            assert_eq!(metrics.whole(&name, &labels), expected, "{name}");
        }
    }

    async fn traces_and_metrics_carry_the_identity(t: TestApp) {
        let side = Side::first(&t).await;
        let who = [("agent.id", json!("desk")), ("tenant.id", json!("north")), ("session.id", json!("shift-3"))];
        // The call takes over from the run what it does not say itself.
        side.send(&t, &[span(1, 1, 0, "named run", (0, 9), &who), chat(1, 2, 1, (1, 3), &[])]).await;
        side.send(&t, &[span(2, 1, 0, "nameless run", (0, 9), &[]), chat(2, 2, 1, (1, 3), &[])]).await;
        for filter in ["agent=desk", "tenant=north", "session=shift-3"] {
            let list = side.page(&t, &format!("/traces?{filter}&range=24h")).await;
            assert!(list.contains("named run") && !list.contains("nameless run"), "{filter}: {list}");
            has(&list, &["href=\"/sessions/shift-3\""]);
            let others = side.page(&t, &format!("/traces?{filter}x&range=24h")).await;
            assert!(!others.contains("named run"), "{filter}: {others}");
        }
        for lack in ["agent", "tenant", "session"] {
            let list = side.page(&t, &format!("/traces?lacks={lack}&range=24h")).await;
            assert!(list.contains("nameless run") && !list.contains("named run"), "{lack}: {list}");
        }
        let page = side.page(&t, &format!("/traces/{:032x}?observation={:016x}", 1, 2)).await;
        has(&page, &[
            "<a href=\"/traces?tenant=north\">north</a>",
            "<a href=\"/sessions/shift-3\">shift-3</a>",
            "<dt>Agent</dt><dd>desk</dd>",
            "<dt>Tenant</dt><dd>north</dd>",
        ]);
        let told_of = side.json(&t, "/api/v1/fleet/identity?period_days=1").await;
        let all = json!({"calls": 2, "with_agent": 1, "with_tenant": 1, "with_session": 1, "with_all": 1});
        assert_eq!(told_of["all"], all, "{told_of}");
        let metrics = told(&t).await;
        for (agent, tenant) in [("desk", "north"), ("(none)", "(none)")] {
            let labels = [("agent_id", agent), ("status", "success"), ("tenant_id", tenant)];
            assert_eq!(metrics.whole("agent_invocations_total", &labels), 1, "{agent}");
            let labels = [("agent_id", agent), ("tenant_id", tenant)];
            assert_eq!(metrics.whole("agent_invocation_duration_seconds_sum", &labels), 2, "{agent}");
        }
    }
}
