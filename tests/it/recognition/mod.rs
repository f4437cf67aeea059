//! Rules that a project adds: they name what came before and what comes after, they are taken back without a trace, trying one
//! stores nothing, and not everybody may.

use actix_web::http::StatusCode;
use actix_web::web::block;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tracewright::app;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};
use tracewright::jobs;
use tracewright::recognition::actions::{RuleChange, change_rules};
use tracewright::recognition::dry_run::{DryRun, dry_run};
use tracewright::recognition::reads::in_force;
use tracewright::traces::{reads, recount};
use wire::mapping::own_rules::OwnRule;
use wire::otlp::Encoding;

use crate::guards::stage::hire;
use crate::harness::http::{Client, site};
use crate::harness::{TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

fn rule(names: &str, source: &str, word: &str) -> OwnRule {
    OwnRule::new(names, source, word).unwrap()
}

/// A run that says which team it is, with a call below it, in a trace that says which crew it is for.
async fn send_run(t: &TestApp, project: ProjectKey, trace: &str, metadata: Value) {
    let at = "2026-11-21T09:00:00.000Z";
    let event = |id: &str, kind: &str, body: Value| {
        let id = format!("{trace}-{id}");
        json!({"id": id, "type": kind, "timestamp": at, "body": body})
    };
    let start = "2026-11-21T09:00:00Z";
    let events = [
        event("t", "trace-create", json!({"id": trace, "name": "shift", "tags": ["crew:dairy", "beta"]})),
        event(
            "r",
            "span-create",
            json!({"id": format!("{trace}-run"), "traceId": trace, "name": "job.pack", "startTime": start, "metadata": metadata}),
        ),
        event(
            "c",
            "generation-create",
            json!({"id": format!("{trace}-call"), "traceId": trace, "parentObservationId": format!("{trace}-run"),
                "name": "chat", "model": "m", "startTime": start}),
        ),
    ];
    let body = json!({ "batch": events }).to_string().into_bytes();
    let (intake, asker) = (Intake::unheard(), Asker::system(project));
    let answers = ingest_batch(&t.app, &intake, &asker, RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

/// Tenant, agent and workflow of each observation of a trace, and the tenant of the trace; with the revisions.
async fn names(t: &TestApp, project: ProjectKey, trace: &'static str) -> (Vec<String>, Vec<Vec<u8>>) {
    let read = move |conn: &mut AnyConnection| {
        let tenants = reads::newest(conn, project, 100)?;
        let of_trace = tenants.into_iter().find(|row| row.trace_id == trace).and_then(|row| row.tenant);
        Ok((reads::observations(conn, project, trace)?, of_trace))
    };
    let (mut rows, of_trace) = t.app.db.read(read).await.unwrap();
    rows.sort_by(|a, b| a.observation_id.cmp(&b.observation_id));
    let word = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
    let line = |row: &reads::ObservationRow| {
        format!("{} {} {}", word(&row.tenant), word(&row.agent), word(&row.workflow))
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.push(word(&of_trace));
    (lines, rows.into_iter().map(|row| row.revision).collect())
}

/// Does what the job does, and holds all rows against what arrived.
async fn look_again(t: &TestApp) {
    let db = t.app.db.clone();
    assert!(block(move || recount::finish(&db)).await.unwrap().unwrap() > 0, "nothing was looked at");
    let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
    assert_eq!(checked.difference_count, 0, "{:?}", checked.differences);
}

async fn is_to_come(t: &TestApp, project: ProjectKey) -> bool {
    let read = move |conn: &mut AnyConnection| jobs::is_to_come(conn, project, recount::KIND, &());
    t.app.db.read(read).await.unwrap()
}

on_both! {
    async fn a_rule_names_older_and_newer_traces_and_is_taken_back(t: TestApp) {
        let boss = owner(&t).await;
        let project = boss.project;
        let rules = [rule("agent", "metadata", "team"), rule("tenant", "tag", "crew:"), rule("workflow", "name", "job.")];
        send_run(&t, project, "t1", json!({"team": "night"})).await;
        let (before, revisions) = names(&t, project, "t1").await;
        assert_eq!(before, ["- - -", "- - -", "-"]);
        for rule in rules.clone() {
            change_rules(&t.app, &boss, RuleChange::Add(rule), "our own words").await.unwrap();
        }
        assert!(is_to_come(&t, project).await, "no job looks at older traces");
        send_run(&t, project, "t2", json!({"team": "day"})).await;
        let wanted = |team: &str| {
            let line = format!("dairy {team} pack");
            [line.clone(), line, "dairy".to_owned()]
        };
        assert_eq!(names(&t, project, "t2").await.0, wanted("day"), "what comes after, the call as of the run above it");
        look_again(&t).await;
        let (named, after) = names(&t, project, "t1").await;
        assert_eq!(named, wanted("night"), "what came before");
        assert_eq!(after, revisions, "a rule is no part of what somebody relies on");
        // Sent again it is the same, folded by the same rules.
        send_run(&t, project, "t1", json!({"team": "night"})).await;
        assert_eq!(names(&t, project, "t1").await.0, named);
        for rule in rules {
            change_rules(&t.app, &boss, RuleChange::TakeBack(rule), "they are named by now").await.unwrap();
        }
        look_again(&t).await;
        for trace in ["t1", "t2"] {
            assert_eq!(names(&t, project, trace).await.0, ["- - -", "- - -", "-"], "{trace}");
        }
    }

    async fn rules_that_are_added_at_once_are_all_there(t: TestApp) {
        let boss = owner(&t).await;
        let words = ["team", "crew", "squad", "shift", "gang", "desk"];
        let add = |word| {
            let added = RuleChange::Add(rule("agent", "metadata", word));
            change_rules(&t.app, &boss, added, "our own words")
        };
        let added = join_all(words.map(add)).await;
        assert!(added.iter().all(Result::is_ok), "{added:?}");
        let project = boss.project;
        let stored = t.app.db.read(move |conn| in_force(conn, project)).await.unwrap();
        let mut found: Vec<&str> = stored.rules.0.iter().map(|rule| rule.word.as_str()).collect();
        found.sort_unstable();
        assert_eq!((found, stored.last.unwrap().version), (vec!["crew", "desk", "gang", "shift", "squad", "team"], 6));
    }

    async fn what_the_table_finds_comes_first(t: TestApp) {
        let boss = owner(&t).await;
        change_rules(&t.app, &boss, RuleChange::Add(rule("agent", "metadata", "team")), "why").await.unwrap();
        send_run(&t, boss.project, "t1", json!({"team": "night", "agent_id": "router"})).await;
        assert_eq!(names(&t, boss.project, "t1").await.0[0], "- router -");
        let twice = change_rules(&t.app, &boss, RuleChange::Add(rule("agent", "metadata", "team")), "why").await;
        assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");
        let mute = change_rules(&t.app, &boss, RuleChange::Add(rule("agent", "tag", "x")), " ").await;
        assert!(matches!(mute, Err(Error::Invalid(_))), "{mute:?}");
        let gone = change_rules(&t.app, &boss, RuleChange::TakeBack(rule("agent", "tag", "x")), "why").await;
        assert!(matches!(gone, Err(Error::Invalid(_))), "{gone:?}");
    }

    async fn trying_a_rule_stores_nothing(t: TestApp) {
        let boss = owner(&t).await;
        let project = boss.project;
        send_run(&t, project, "t1", json!({"team": "night"})).await;
        send_run(&t, project, "t2", json!({"agent": "router", "team": "night"})).await;
        let before = names(&t, project, "t1").await;
        let tried = rule("agent", "metadata", "team");
        let read = move |conn: &mut AnyConnection| {
            let own = in_force(conn, project)?.rules;
            dry_run(conn, project, &own, Some(&tried))
        };
        let found = t.app.db.read(read).await.unwrap();
        assert_eq!((found.traces, found.calls, found.named), (2, 2, [0, 1, 0, 0, 0]));
        let read = move |conn: &mut AnyConnection| {
            let own = in_force(conn, project)?.rules;
            dry_run(conn, project, &own, None)
        };
        let of_rows = t.app.db.read(read).await.unwrap();
        assert_eq!(of_rows, DryRun { tried: None, ..found.clone() }, "the rows say what the rules find");
        let tried = found.tried.unwrap();
        assert_eq!((tried.more, tried.examples.len()), (1, 1));
        assert_eq!((tried.examples[0].found.as_str(), tried.examples[0].trace.trace_id.as_str()), ("night", "t1"));
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let page = client.get(&s, "/fleet/rules?names=agent&source=metadata&word=team").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("would name the agent of 1 call"), "{}", page.body);
        assert!(page.body.contains("href=\"/traces/t1?observation=t1-call\""), "{}", page.body);
        let odd = client.get(&s, "/fleet/rules?names=colour&source=tag&word=x").await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(names(&t, project, "t1").await, before);
        let stored = t.app.db.read(move |conn| in_force(conn, project)).await.unwrap();
        assert!(stored.last.is_none() && !is_to_come(&t, project).await, "{stored:?}");
    }

    async fn everybody_sees_the_rules_and_few_change_them(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let s = site(&t).await;
        let vera = Client::browser(Some(&cookie(&t, "vera@example.com").await));
        let sam = Client::browser(Some(&cookie(&t, "sam@example.com").await));
        let form = "names=agent&source=tag&word=crew%3A&reason=our+crews";
        let seen = vera.get(&s, "/fleet/rules").await;
        assert!(seen.body.contains("hypertool.persona") && !seen.body.contains("/fleet/rules/add"), "{}", seen.body);
        assert!(seen.body.contains("No trace has come yet") && seen.body.contains("This project adds no rule"));
        assert_eq!(vera.post(&s, "/fleet/rules/add", form).await.status, StatusCode::FORBIDDEN);
        let mute = sam.post(&s, "/fleet/rules/add", "names=agent&source=tag&word=crew%3A").await;
        assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(mute.body.contains("value=\"crew:\""), "what was typed is kept: {}", mute.body);
        assert_eq!(sam.post(&s, "/fleet/rules/add", form).await.status, StatusCode::SEE_OTHER);
        let told = vera.get(&s, "/api/v1/fleet/rules").await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(told["own"], json!([{"names": "agent", "source": "tag", "word": "crew:"}]), "{told}");
        assert!(told["rules"].as_array().unwrap().iter().any(|rule| rule["finds"] == "handoff_source"));
        let shown = vera.get(&s, "/fleet/rules").await;
        assert!(shown.body.contains("our crews") && !shown.body.contains("/fleet/rules/take-back"), "{}", shown.body);
        assert_eq!(sam.post(&s, "/fleet/rules/take-back", form).await.status, StatusCode::SEE_OTHER);
        let left = t.app.db.read(move |conn| in_force(conn, boss.project)).await.unwrap();
        assert_eq!((left.rules.0.len(), left.last.unwrap().version), (0, 2));
    }

    async fn an_evaluation_in_a_span_is_a_score_of_it(t: TestApp) {
        let project = owner(&t).await.project;
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let attributes = json!([
            text("gen_ai.evaluation.name", "relevance"),
            {"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": 0.8}},
            text("gen_ai.evaluation.explanation", "It names the valve."),
        ]);
        let (trace, at) = ("0102030405060708090a0b0c0d0e0f10", "1795251600500000000");
        let event = json!({"name": "gen_ai.evaluation.result", "timeUnixNano": at, "attributes": attributes});
        let span = json!({"traceId": trace, "spanId": "0102030405060708", "name": "chat", "events": [event],
            "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251601000000000"});
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string().into_bytes();
        for _ in 0..2 {
            let (intake, asker) = (Intake::unheard(), Asker::system(project));
            let sent = RequestBody::plain(body.clone());
            let rejected = ingest_otlp(&t.app, &intake, &asker, sent, Encoding::Json).await.unwrap();
            assert_eq!(rejected.count, 0);
        }
        let scores = t.app.db.read(move |conn| reads::scores_of(conn, project, trace)).await.unwrap();
        assert_eq!(scores.len(), 1, "sent again it is the same: {scores:?}");
        assert_eq!((scores[0].name.as_str(), scores[0].value.as_str()), ("relevance", "0.8"));
        assert_eq!(scores[0].comment.as_deref(), Some("It names the valve."));
        let checked = app::check_arrivals(&t.app, |_| {}).await.unwrap();
        assert_eq!(checked.difference_count, 0, "{:?}", checked.differences);
    }
}
