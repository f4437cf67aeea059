//! The fleet on both databases: its figures against SQL written here alone, before and after hours are summed; its pages, and the lists
//! that they lead to.

mod criteria;
mod endings;
mod orders_of_arrival;
mod pages;
mod performance;
mod plans;
mod subjects;
mod sums;
mod two_servers;

use serde_json::{Value, json};
use tracewright::db::sql::{Sql, numbers};
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::hours::refresh;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use tracewright::series;
use wire::otlp::Encoding;

use crate::harness::{MINUTE, START, TestApp};

/// One call as it is sent.
#[derive(Clone, Copy)]
pub struct Sent {
    /// Its span is this one of its trace, and the trace is called by it.
    pub id: u64,
    pub agent: &'static str,
    pub tenant: &'static str,
    /// Minutes before the test's clock starts.
    pub ago: i64,
    /// Seconds that it took.
    pub took: i64,
    /// Tokens in and out; none where nobody counted.
    pub tokens: Option<(i64, i64)>,
    /// Dollars, as its client says.
    pub cost: &'static str,
    pub is_failed: bool,
    /// The call that it is below of, and the instrumentation that saw it.
    pub below: u64,
    pub scope: &'static str,
    pub session: &'static str,
}

const PLAIN: Sent = Sent {
    id: 0,
    agent: "",
    tenant: "",
    ago: 0,
    took: 1,
    tokens: Some((0, 0)),
    cost: "",
    is_failed: false,
    below: 0,
    scope: "plant",
    session: "",
};

/// Seven calls that count, over two hours, and one (the eighth) that another instrumentation saw above the seventh.
pub const CALLS: [Sent; 8] = [
    Sent {
        id: 1,
        agent: "desk",
        tenant: "north",
        ago: 110,
        took: 1,
        tokens: Some((100, 20)),
        cost: "0.012345678",
        session: "s",
        ..PLAIN
    },
    Sent {
        id: 2,
        agent: "desk",
        tenant: "north",
        ago: 40,
        took: 2,
        tokens: Some((7, 3)),
        cost: "0.000000001",
        ..PLAIN
    },
    Sent { id: 3, agent: "clerk", tenant: "north", ago: 40, took: 3, tokens: Some((10, 5)), ..PLAIN },
    Sent { id: 4, tenant: "north", ago: 110, took: 4, tokens: Some((1, 1)), cost: "1.5", ..PLAIN },
    Sent {
        id: 5,
        agent: "desk",
        tenant: "south",
        ago: 110,
        took: 5,
        tokens: Some((4, 0)),
        cost: "0.25",
        is_failed: true,
        ..PLAIN
    },
    Sent { id: 6, ago: 40, took: 6, tokens: None, ..PLAIN },
    Sent {
        id: 7,
        agent: "desk",
        tenant: "north",
        ago: 40,
        took: 7,
        tokens: Some((50, 50)),
        cost: "0.1",
        below: 8,
        scope: "inner",
        ..PLAIN
    },
    Sent {
        id: 8,
        agent: "desk",
        tenant: "north",
        ago: 40,
        took: 8,
        tokens: Some((50, 50)),
        cost: "0.1",
        scope: "outer",
        ..PLAIN
    },
];

impl Sent {
    /// As OTLP; what is below another call is of its trace.
    fn span(&self) -> Value {
        let trace = if self.below > 0 { self.below } else { self.id };
        let start = (START.0 - self.ago * MINUTE) * 1_000;
        let mut span = json!({
            "traceId": format!("{trace:032x}"), "spanId": format!("{:016x}", self.id), "name": format!("call-{}", self.id),
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + self.took * 1_000_000_000).to_string(),
            "attributes": self.attributes(),
        });
        if self.below > 0 {
            span["parentSpanId"] = json!(format!("{:016x}", self.below));
        }
        if self.is_failed {
            span["status"] = json!({"code": 2, "message": "no answer"});
        }
        json!({"scope": {"name": self.scope}, "spans": [span]})
    }

    fn attributes(&self) -> Vec<Value> {
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let mut all = vec![text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "acme-own-7")];
        for (key, value) in
            [("agent.id", self.agent), ("tenant.id", self.tenant), ("session.id", self.session)]
        {
            all.extend((!value.is_empty()).then(|| text(key, value)));
        }
        if !self.cost.is_empty() {
            all.push(text("langfuse.observation.cost_details", &format!("{{\"total\":{}}}", self.cost)));
        }
        if let Some((input, output)) = self.tokens {
            let whole = |key: &str, value: i64| json!({"key": key, "value": {"intValue": value.to_string()}});
            all.push(whole("gen_ai.usage.input_tokens", input));
            all.push(whole("gen_ai.usage.output_tokens", output));
        }
        all
    }
}

/// Takes calls in by OTLP.
pub async fn send(t: &TestApp, project: ProjectKey, calls: &[Sent]) {
    let scopes: Vec<Value> = calls.iter().map(Sent::span).collect();
    let body = json!({"resourceSpans": [{"scopeSpans": scopes}]}).to_string().into_bytes();
    let sent = RequestBody::plain(body);
    let rejected =
        ingest_otlp(&t.app, &Intake::unheard(), &Asker::system(project), sent, Encoding::Json).await.unwrap();
    assert_eq!(rejected.count, 0, "{rejected:?}");
}

/// Makes the sums of the hours that were sent to.
pub async fn sum_up(t: &TestApp) {
    t.clock.advance(2 * MINUTE);
    assert!(refresh(&t.app).await.unwrap() >= 2, "no hour was summed");
    assert!(series::refresh(&t.app).await.unwrap() >= 2, "no series was added up");
}

/// One number that SQL gives about the rows of a project.
pub async fn of_rows(t: &TestApp, project: ProjectKey, what: &'static str, condition: &'static str) -> i64 {
    let sql = format!(
        "SELECT CAST(COALESCE({what}, 0) AS BIGINT) FROM observations WHERE {condition} AND project = "
    );
    let read = move |conn: &mut tracewright::db::AnyConnection| numbers(conn, Sql::new(sql).whole(project.0));
    t.app.db.read(read).await.unwrap()[0]
}
