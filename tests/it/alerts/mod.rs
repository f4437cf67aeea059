//! Alerts on both databases: each of the seven fires, does not fire and is over; who takes and silences them; that each change is told
//! once, whoever looks; and the page.

mod pages;
mod rules;
mod told;

use serde_json::{Value, json};
use tracewright::alerts::actions::{acknowledge, evaluate_all, silence};
use tracewright::alerts::model::{Alert, Rule, State};
use tracewright::alerts::reads::{Board, board, history};
use tracewright::alerts::{Watched, firing};
use tracewright::foundation::{Asker, ProjectKey, Timestamp};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use tracewright::state::App;
use wire::otlp::Encoding;

use crate::harness::{MINUTE, TestApp};

/// What is looked at of background work, as the application names it.
pub const WATCHED: Watched = Watched { sums: &["traces.hours"], pulls: "langfuse.pull" };

/// One span of a trace of its own, unless it says which.
#[derive(Clone, Copy)]
pub struct Span {
    pub id: u64,
    /// Zero for one of its own.
    pub trace: u64,
    pub at: Timestamp,
    /// Seconds.
    pub took: i64,
    pub attributes: &'static [(&'static str, &'static str)],
}

impl Span {
    /// One of a second that says nothing.
    pub fn new(id: u64, at: Timestamp) -> Self {
        Self { id, trace: 0, at, took: 1, attributes: &[] }
    }

    fn json(&self) -> Value {
        let trace = if self.trace == 0 { self.id } else { self.trace };
        let start = self.at.0 * 1_000;
        let attribute = |(key, value): &(&str, &str)| json!({"key": key, "value": {"stringValue": value}});
        json!({
            "traceId": format!("{trace:032x}"), "spanId": format!("{:016x}", self.id), "name": "work",
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + self.took * 1_000_000_000).to_string(),
            "attributes": self.attributes.iter().map(attribute).collect::<Vec<_>>(),
        })
    }
}

/// Takes spans in by OTLP.
pub async fn send(t: &TestApp, project: ProjectKey, spans: &[Span]) {
    let spans: Vec<Value> = spans.iter().map(Span::json).collect();
    let scopes = json!([{"scope": {"name": "plant"}, "spans": spans}]);
    let body = json!({"resourceSpans": [{"scopeSpans": scopes}]}).to_string().into_bytes();
    let sent = RequestBody::plain(body);
    let rejected =
        ingest_otlp(&t.app, &Intake::unheard(), &Asker::system(project), sent, Encoding::Json).await.unwrap();
    assert_eq!(rejected.count, 0, "{rejected:?}");
}

/// Looks at the rules of every project; gives how many changes there were.
pub async fn look(app: &App) -> usize {
    evaluate_all(app, &Asker::system(ProjectKey(0)), WATCHED).await.unwrap()
}

/// Lets minutes pass, with a look at the end of each; gives how many changes there were.
pub async fn pass(t: &TestApp, minutes: usize) -> usize {
    let mut changes = 0;
    for _ in 0..minutes {
        t.clock.advance(MINUTE);
        changes += look(&t.app).await;
    }
    changes
}

/// How all alerts of a project stand.
pub async fn standing(t: &TestApp, project: ProjectKey) -> Board {
    let now = t.app.now();
    t.app.db.read(move |conn| board(conn, project, now)).await.unwrap()
}

/// The first alert of a rule, which is the worst.
pub async fn of(t: &TestApp, project: ProjectKey, rule: Rule) -> Alert {
    standing(t, project).await.alerts.into_iter().find(|alert| alert.rule == rule).unwrap()
}

/// How a rule stands.
pub async fn state(t: &TestApp, project: ProjectKey, rule: Rule) -> State {
    of(t, project, rule).await.state()
}

/// What happened in a project, the oldest first.
pub async fn happened(t: &TestApp, project: ProjectKey) -> Vec<String> {
    let mut rows = t.app.db.read(move |conn| history(conn, project)).await.unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.kind).collect()
}

/// How many fire and are not silenced.
pub async fn counted(t: &TestApp, project: ProjectKey) -> i64 {
    t.app.db.read(move |conn| firing(conn, project)).await.unwrap()
}

/// Ten runs of a stage in the last minutes, all of them too slow: the stage's alert waits after a look.
pub async fn slow_stage(t: &TestApp, project: ProjectKey) {
    let at = t.app.now().plus_micros(-10 * MINUTE);
    let attributes = &[("workflow.name", "release"), ("stage.name", "publish")];
    let spans: Vec<Span> = (1..=10).map(|id| Span { took: 301, attributes, ..Span::new(id, at) }).collect();
    send(t, project, &spans).await;
    assert_eq!(look(&t.app).await, 0);
    assert_eq!(state(t, project, Rule::SlowWorkflowStage).await, State::Pending);
}

/// Silences the alert of a rule for an hour.
pub async fn hush(t: &TestApp, who: &Asker, rule: Rule) -> Alert {
    let id = of(t, who.project, rule).await.id;
    let until = Some(t.app.now().plus_micros(60 * MINUTE));
    silence(&t.app, who, &id, until, "it is known").await.unwrap()
}

/// Takes the alert of a rule.
pub async fn take(t: &TestApp, who: &Asker, rule: Rule) -> Alert {
    let id = of(t, who.project, rule).await.id;
    acknowledge(&t.app, who, &id).await.unwrap()
}
