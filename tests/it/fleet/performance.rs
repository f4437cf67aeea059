//! Persona overview and workflow performance: one known run shows its very figures, and every mark leads to it.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use tracewright::people::model::{ProjectId, ProjectName};
use wire::otlp::Encoding;

use super::{CALLS, send};
use crate::harness::http::{Client, Site, site};
use crate::harness::{MINUTE, SECOND, START, TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
/// What the list of traces calls the run.
const RUN: &str = "workflow.package_release";
const PERSONAS: &str = "/fleet/personas?range=24h";
const WORKFLOWS: &str = "/fleet/workflows?range=24h";

/// One stage of the run.
struct Stage {
    name: &'static str,
    persona: &'static str,
    /// Tokens in and out.
    tokens: (i64, i64),
    /// Seconds after the run began, and how many it took.
    from: i64,
    took: i64,
}

const STAGES: [Stage; 3] = [
    Stage { name: "version_bump", persona: "backend-engineer", tokens: (600, 250), from: 1, took: 12 },
    Stage {
        name: "quality_validation",
        persona: "testing-specialist",
        tokens: (500, 150),
        from: 20,
        took: 48,
    },
    Stage { name: "publish_deploy", persona: "devops-engineer", tokens: (400, 150), from: 80, took: 9 },
];

fn span(id: u64, parent: u64, name: &str, (from, took): (i64, i64), attributes: &[(&str, Value)]) -> Value {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(key, value)| {
            let kind = if value.is_string() { "stringValue" } else { "intValue" };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({"key": key, "value": {kind: value}})
        })
        .collect();
    let start = (START.0 - 30 * MINUTE + from * SECOND) * 1_000;
    let parent = if parent == 0 { String::new() } else { format!("{parent:016x}") };
    json!({"traceId": TRACE, "spanId": format!("{id:016x}"), "parentSpanId": parent, "name": name,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + took * SECOND * 1_000).to_string(),
        "attributes": attributes})
}

/// The run with its stages and a call in each; `why` says why the gate of the second one failed, or nothing where all passed.
pub(super) fn release(why: &str) -> Vec<Value> {
    let said = [("gen_ai.agent.name", json!("releaser")), ("tenant.id", json!("acme"))];
    let mut spans = vec![span(1, 0, RUN, (0, 90), &said)];
    for (place, stage) in (1..).zip(&STAGES) {
        let has_failed = place == 2 && !why.is_empty();
        let gate = if has_failed { "false" } else { "true" };
        let said = [("stage.persona", json!(stage.persona)), ("stage.quality_gate_passed", json!(gate))];
        let name = format!("stage.{}", stage.name);
        let mut above = span(place * 16, 1, &name, (stage.from, stage.took), &said);
        if has_failed {
            above["status"] = json!({"code": 2, "message": why});
        }
        let said = [
            ("gen_ai.operation.name", json!("chat")),
            ("gen_ai.request.model", json!("gpt-4")),
            ("gen_ai.usage.input_tokens", json!(stage.tokens.0)),
            ("gen_ai.usage.output_tokens", json!(stage.tokens.1)),
        ];
        spans.extend([above, span(place * 16 + 1, place * 16, "ask-the-model", (stage.from + 1, 3), &said)]);
    }
    spans
}

pub(super) async fn take_in(t: &TestApp, project: ProjectKey, spans: &[Value]) {
    let scope = json!({"scope": {"name": "demo"}, "spans": spans});
    let body = json!({"resourceSpans": [{"scopeSpans": [scope]}]}).to_string().into_bytes();
    let (asker, sent) = (Asker::system(project), RequestBody::plain(body));
    let rejected = ingest_otlp(&t.app, &Intake::unheard(), &asker, sent, Encoding::Json).await.unwrap();
    assert_eq!(rejected.count, 0, "{rejected:?}");
}

pub(super) async fn body(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

fn hrefs(page: &str) -> impl Iterator<Item = String> {
    page.split("<a ").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        let href = tag.split("href=\"").nth(1)?.split('"').next()?;
        Some(href.replace("&#38;", "&"))
    })
}

/// Where the marks of charts lead: what is no stop of the keyboard.
fn marks(page: &str) -> Vec<String> {
    let tags =
        page.split("<a ").skip(1).filter(|rest| rest.split('>').next().unwrap().contains("tabindex=\"-1\""));
    tags.map(|rest| hrefs(&format!("<a {rest}")).next().unwrap()).collect()
}

pub(super) fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "{words}: {page}");
    }
}

on_both! {
    async fn a_known_run_shows_its_very_figures(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let personas = body(&client, &s, PERSONAS).await;
        has(&personas, &[
            ">850</a>",
            ">650</a>",
            ">550</a>",
            "600 in, 250 out",
            "3 switches in 24 hours",
            "start → backend-engineer",
            "backend-engineer → testing-specialist",
            "testing-specialist → devops-engineer",
            "3 stays",
            "No persona has a budget",
        ]);
        let workflows = body(&client, &s, WORKFLOWS).await;
        has(&workflows, &[
            "3 stages, 1 run in the last 24 hours; 1 passed",
            "p50 12\u{a0}s",
            "p50 48\u{a0}s",
            "p50 9\u{a0}s",
            "1 of 1",
            "between 20.7\u{a0}% and 100\u{a0}%",
            "passed 1",
            "failed 0",
            "No gate failed in this time",
            "ask-the-model",
            "observation=0000000000000020",
        ]);
        let places = STAGES.map(|stage| workflows.find(&format!(">{}</a>", stage.name)).unwrap());
        assert!(places.is_sorted(), "stages stand in the order in which they ran: {places:?}");
        assert!(!workflows.contains("What needs somebody") && !personas.contains("What needs somebody"));
    }

    async fn every_mark_leads_to_the_run_and_every_link_to_a_list(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("3 tests fail")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for path in [PERSONAS, WORKFLOWS, "/fleet/personas?range=90d", "/fleet/workflows?range=90d"] {
            let page = body(&client, &s, path).await;
            let marks = marks(&page);
            assert!(marks.len() >= 4, "{path}: {marks:?}");
            for href in marks {
                assert!(body(&client, &s, &href).await.contains(RUN), "{path}: {href}");
            }
            for href in hrefs(&page).filter(|href| href.starts_with("/traces")) {
                body(&client, &s, &href).await;
            }
        }
    }

    async fn a_failed_gate_is_said_first_with_its_reason(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("3 tests fail")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let page = body(&client, &s, WORKFLOWS).await;
        has(&page, &[
            "Gate quality_validation fails: 100\u{a0}% of 1, the alarm is at 20\u{a0}%. Most say “3 tests fail”.",
            "1 kind occurred",
            "0 of 1",
            "1 of 1 run failed, 100\u{a0}%",
        ]);
        let failures = "/traces?gate=failed&range=24h&stage=quality_validation&workflow=package_release";
        assert!(hrefs(&page).any(|href| href == failures), "{page}");
        assert!(body(&client, &s, failures).await.contains(RUN));
        for none in ["gate=unknown", "stage=nowhere", "workflow=none-such"] {
            assert!(!body(&client, &s, &format!("/traces?{none}&range=24h")).await.contains(RUN), "{none}");
        }
        // The page is in this list: what names no workflow is a filter as well.
        assert!(!body(&client, &s, "/traces?lacks=workflow&range=24h").await.contains(RUN));
    }

    async fn filters_narrow_every_panel(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let one = body(&client, &s, &format!("{PERSONAS}&persona=testing-specialist&agent=nobody")).await;
        has(&one, &[">650</a>", "2 switches in 24 hours", "1 stay;"]);
        assert!(!one.contains(">850</a>") && !one.contains("start → backend-engineer"), "{one}");
        let of_run = body(&client, &s, &format!("{PERSONAS}&workflow=package_release")).await;
        has(&of_run, &[">850</a>", "3 switches in 24 hours"]);
        let stage = body(&client, &s, &format!("{WORKFLOWS}&persona=testing-specialist")).await;
        has(&stage, &["1 stage, 1 run", "stage=quality_validation", "1 of 1", "Runs of all personas"]);
        assert!(!stage.contains("stage=version_bump"), "{stage}");
        for path in [PERSONAS, WORKFLOWS] {
            let other = body(&client, &s, &format!("{path}&workflow=another")).await;
            has(&other, &["Nothing of that kind in this time", "take the filters away"]);
            let odd = client.get(&s, &path.replace("24h", "8d")).await;
            assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }

    async fn tables_are_files_too(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("3 tests fail")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let transitions = body(&client, &s, "/fleet/personas.csv?range=24h&persona=backend-engineer").await;
        assert_eq!(
            transitions,
            "from_persona,to_persona,chatmode,switches,stay_before_s\r\n\
             backend-engineer,testing-specialist,package_release,1,12.000000\r\n\
             none,backend-engineer,package_release,1,\r\n"
        );
        let of = |table: &str| format!("/fleet/workflows.csv?range=24h&table={table}");
        assert_eq!(body(&client, &s, &of("runs")).await, "day,passed,failed\r\n2026-11-20,0,0\r\n2026-11-21,0,1\r\n");
        assert_eq!(
            body(&client, &s, &of("failures")).await,
            "workflow,stage,reason,times\r\npackage_release,quality_validation,3 tests fail,1\r\n"
        );
        let slowest = body(&client, &s, &of("slowest")).await;
        assert!(slowest.contains("quality_validation,releaser,testing-specialist,2026-11-21T08:30:20.000000Z,48.000000,ask-the-model"), "{slowest}");
        assert_eq!(client.get(&s, &of("others")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn other_projects_are_not_seen_and_nothing_says_what_to_do(t: TestApp) {
        let project = owner(&t).await.project;
        let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(ProjectKey(0)), id, name).await.unwrap().key;
        take_in(&t, south, &release("")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for path in [PERSONAS, WORKFLOWS] {
            let page = body(&client, &s, path).await;
            has(&page, &["Nothing of that kind in this time"]);
            assert!(!page.contains("package_release") && !page.contains("backend-engineer"), "{page}");
            let nobody = Client::browser(None).get(&s, path).await;
            assert!(nobody.location().starts_with("/sign-in"), "{path}: {}", nobody.status);
        }
        send(&t, project, &CALLS[..1]).await;
        has(&body(&client, &s, PERSONAS).await, &["No persona can be told from these traces", "persona = "]);
        has(&body(&client, &s, WORKFLOWS).await, &["No run of a workflow can be told", "workflow.name = "]);
        for path in ["/fleet", "/fleet/costs"] {
            has(&body(&client, &s, path).await, &["href=\"/fleet/personas\"", "href=\"/fleet/workflows\""]);
        }
    }
}
