//! Budgets on both databases: what is used against SQL written here alone, periods where clocks are changed, what is recorded, who may,
//! and the page.

mod pages;
mod sums;

use serde_json::{Value, json};
use tracewright::budgets::actions::set;
use tracewright::budgets::model::{About, AtEnd, Period, Scope, Standing, Terms, Unit};
use tracewright::budgets::reads;
use tracewright::foundation::{Asker, ProjectKey, Timestamp};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use wire::otlp::Encoding;

use crate::harness::{START, TestApp};

/// One call as it is sent: a trace of one span.
#[derive(Clone, Copy)]
pub struct Call {
    pub id: u64,
    pub persona: &'static str,
    pub agent: &'static str,
    pub at: Timestamp,
    pub tokens: i64,
    /// Dollars, as its client says; empty where nobody knows.
    pub cost: &'static str,
}

/// A call of nobody, now.
pub const CALL: Call = Call { id: 0, persona: "", agent: "", at: START, tokens: 0, cost: "" };

/// The three personas of a release, with what they used before, and what is to be left of their budgets after it.
pub const RELEASE: [(&str, i64, i64, i64, i64); 3] = [
    ("backend-engineer", 2_000, 28, 850, 1_122),
    ("testing-specialist", 1_500, 24, 650, 826),
    ("devops-engineer", 1_800, 22, 550, 1_228),
];

impl Call {
    fn scope(&self) -> Value {
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let mut attributes =
            vec![text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "acme-own-7")];
        for (key, value) in [("persona.name", self.persona), ("agent.id", self.agent)] {
            attributes.extend((!value.is_empty()).then(|| text(key, value)));
        }
        if !self.cost.is_empty() {
            let details = format!("{{\"total\":{}}}", self.cost);
            attributes.push(text("langfuse.observation.cost_details", &details));
        }
        let whole = |key: &str, value: i64| json!({"key": key, "value": {"intValue": value.to_string()}});
        attributes.push(whole("gen_ai.usage.input_tokens", self.tokens - self.tokens / 3));
        attributes.push(whole("gen_ai.usage.output_tokens", self.tokens / 3));
        let start = self.at.0 * 1_000;
        json!({"scope": {"name": "plant"}, "spans": [{
            "traceId": format!("{:032x}", self.id), "spanId": format!("{:016x}", self.id), "name": "call",
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 1_000_000_000).to_string(),
            "attributes": attributes,
        }]})
    }
}

/// Takes calls in by OTLP.
pub async fn send(t: &TestApp, project: ProjectKey, calls: &[Call]) {
    let scopes: Vec<Value> = calls.iter().map(Call::scope).collect();
    let body = json!({"resourceSpans": [{"scopeSpans": scopes}]}).to_string().into_bytes();
    let sent = RequestBody::plain(body);
    let rejected =
        ingest_otlp(&t.app, &Intake::unheard(), &Asker::system(project), sent, Encoding::Json).await.unwrap();
    assert_eq!(rejected.count, 0, "{rejected:?}");
}

/// What a budget is about, by days of UTC where it has days.
pub fn about(scope: Scope, name: &str, unit: Unit, period: Period) -> About {
    About { scope, name: name.to_owned(), unit, period, zone: "UTC".to_owned(), already_used: 0 }
}

/// So much, which only tells.
pub fn up_to(amount: i64) -> Terms {
    Terms { amount, warn_at: vec![80, 100], at_end: AtEnd::Tells }
}

/// Sets a budget.
pub async fn hold(t: &TestApp, who: &Asker, about: About, terms: Terms) -> String {
    set::set(&t.app, who, about, terms, "for the test".to_owned()).await.unwrap()
}

/// How every budget of a project stands at a moment.
pub async fn standings(t: &TestApp, project: ProjectKey, now: Timestamp) -> Vec<Standing> {
    t.app.db.read(move |conn| reads::standings(conn, project, now)).await.unwrap()
}

/// How one stands now.
pub async fn standing(t: &TestApp, project: ProjectKey, id: &str) -> Standing {
    let (id, now) = (id.to_owned(), t.app.now());
    t.app.db.read(move |conn| reads::standing(conn, project, &id, now)).await.unwrap()
}

/// Sets the budgets of a release, lets some time pass, and runs it.
pub async fn release(t: &TestApp, who: &Asker) {
    for (name, amount, already_used, ..) in RELEASE {
        let about = About { already_used, ..about(Scope::Persona, name, Unit::Tokens, Period::Total) };
        hold(t, who, about, up_to(amount)).await;
    }
    t.clock.advance(600_000_000);
    let at = START.plus_micros(300_000_000);
    let call = |(id, (persona, _, _, tokens, _)): (u64, (&'static str, i64, i64, i64, i64))| Call {
        id,
        persona,
        at,
        tokens,
        ..CALL
    };
    let calls: Vec<Call> = (1..).zip(RELEASE).map(call).collect();
    send(t, who.project, &calls).await;
}
