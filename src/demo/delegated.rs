//! What an agent has in hand at the moment: it claimed its person's order, ticked under a trace, decided something and waits
//! for an answer.

use crate::app::Services;
use crate::foundation::{Error, Result, TraceContext};
use crate::work_orders::actions::ask_person::{Question, ask_person};
use crate::work_orders::actions::claim::claim;
use crate::work_orders::actions::record_decision::{NewDecision, record_decision};
use crate::work_orders::actions::tick::tick;

use super::cast::{Cast, Who};
use super::play::{Stage, send_traces};
use super::traces::{Span, Story};

const ORDER: &str = include_str!("delegated.md");
/// The longest lease, so that the agent is still at it when somebody looks.
const LEASE_S: u32 = 30 * 60;
/// When it is to be done, in microseconds from now: two days.
const DUE: i64 = 2 * 86_400_000_000;

/// It names no order: the calls that the agent made here under it are what links it.
const WEIGHTS: Story = Story {
    name: "a week of weights",
    tags: &["parts-desk"],
    minutes_ago: 4,
    spans: &[
        Span {
            name: "look-at-drift",
            kind: "agent",
            parent: None,
            from_ms: 0,
            to_ms: 5320,
            input: "When does the scale of the parts store drift?",
            output: "On five of seven days between 7:00 and 8:30, by 0.6 to 0.9 g. The gate beside it is open then.",
            model: None,
            error: None,
        },
        Span {
            name: "read_weights",
            kind: "tool",
            parent: Some(0),
            from_ms: 30,
            to_ms: 810,
            input: r#"{"asset":"store-scale-2","days":7,"reference_g":200}"#,
            output: r#"{"readings":336,"outside":31,"hours":{"07":17,"08":14},"most_g":0.9}"#,
            model: None,
            error: None,
        },
        Span {
            name: "explain",
            kind: "generation",
            parent: Some(0),
            from_ms: 840,
            to_ms: 5290,
            input: r#"[{"role":"system","content":"Name hours and amounts as they stand in the readings."},{"role":"user","content":"When does the scale of the parts store drift?"},{"role":"tool","content":"336 readings, 31 outside: 17 at 7, 14 at 8, at most 0.9 g; the gate log has it open from 6:55 to 8:40"}]"#,
            output: r#"[{"role":"assistant","content":"On five of seven days between 7:00 and 8:30, by 0.6 to 0.9 g. The gate beside it is open then."}]"#,
            model: Some(("claude-sonnet-4-5", 742, 58)),
            error: None,
        },
    ],
};

pub(super) async fn play(services: &Services, cast: &Cast) -> Result<()> {
    let (orders, gauge) = (&services.orders, &cast.of(Who::Gauge).asker);
    let due = services.app.now().plus_micros(DUE).to_chrono().format("%Y-%m-%d").to_string();
    let stage =
        Stage::set(services, cast, cast.of(Who::Lena), ORDER.replace("{due}", &due).into_bytes()).await?;
    stage.approve().await?;
    stage.give_to(cast.of(Who::Ivo)).await?;

    claim(orders, gauge, stage.order_id(), Some(LEASE_S)).await?;
    let under = format!("00-{}-{}-01", WEIGHTS.trace_id(), WEIGHTS.span_id(0));
    let under =
        TraceContext::parse(&under).ok_or_else(|| Error::internal("the example has a wrong trace"))?;
    let at_work = gauge.clone().in_trace(under);
    for place in ["1.1", "1.2"] {
        tick(orders, &at_work, stage.order_id(), stage.target(place).await?).await?;
    }
    send_traces(services, cast, [WEIGHTS.to_otlp(services.app.now())]).await?;
    record_decision(orders, gauge, stage.order_id(), decided()).await?;
    let asked = Question { about: Some(stage.target("2.1").await?), ..asked() };
    ask_person(orders, gauge, stage.order_id(), asked).await?;
    Ok(())
}

fn decided() -> NewDecision {
    NewDecision {
        title: "The 200 g piece is the reference".to_owned(),
        decision: "Drift is measured with the calibrated 200 g piece, every half hour.".to_owned(),
        reasons: "Parts of a delivery differ by more than what is looked for.".to_owned(),
        consequences: "The piece stays beside the scale until this order is done.".to_owned(),
        supersedes: None,
    }
}

fn asked() -> Question {
    Question {
        text: "It drifts while the gate is open. May the scale stand at the counter for a week?".to_owned(),
        choices: vec!["Yes, from tomorrow".to_owned(), "No, close the gate instead".to_owned()],
        about: None,
    }
}
