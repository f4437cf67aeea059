//! A shop of a few weeks, made by the real actions: repairs, preventive work and inspections, on time and late, judged and not.

use tracewright::audit::actions::{Judgement, NewQuote, judge};
use tracewright::audit::model::Outcome as VerdictOutcome;
use tracewright::audit::reads::judged_claims;
use tracewright::foundation::ids::new_id;
use tracewright::foundation::{Asker, Role};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::transition::Move;
use tracewright::work_orders::actions::{correct_time, log_time};
use tracewright::work_orders::gathered::events::Worked;
use tracewright::work_orders::model::{AssetRef, Outcome, Plan, Priority, Status, When};
use tracewright::work_orders::read;

use crate::guards::stage::{
    FILE, complete, do_tick, go, go_with, hire, judge_all, link_trace, load, owner, send, take,
};
use crate::harness::orders::walk;
use crate::harness::{DAY, TestApp};

/// Who works in it.
pub(super) struct Shop {
    pub(super) owner: Asker,
    pub(super) dana: Asker,
}

/// Writes an order here.
pub(super) async fn write(t: &TestApp, boss: &Asker, title: &str, order_type: &str, due: &str) -> String {
    let text = format!(
        "# {title}\n\n## Step 1: Look\n- [ ] Looked\n- [ ] Wiped\n\n## Completion Criteria\n1. It runs\n"
    );
    let now = t.app.now();
    let order = read::read(&text).unwrap().into_order(&mut || new_id(now)).unwrap();
    let plan = Plan {
        title: title.to_owned(),
        order_type: order_type.to_owned(),
        priority: Priority::High,
        due: (!due.is_empty()).then(|| When::read(due)),
        asset: Some(AssetRef { name: "Filler".to_owned(), tag: "FIL-1".to_owned() }),
        ..Plan::of(&order)
    };
    create(&t.app, boss, plan, None).await.unwrap().order_id
}

/// Ticks everything and completes it.
pub(super) async fn finish(t: &TestApp, by: &Asker, id: &str) {
    for at in ["1.1", "1.2", "C1"] {
        let order = load(t, by, id).await;
        if !order.ticks(&order.resolve_part(at).unwrap()).unwrap().is_ticked() {
            do_tick(t, by, id, at).await;
        }
    }
    complete(t, by, id, Outcome::Achieved).await.unwrap();
}

async fn log(t: &TestApp, by: &Asker, id: &str, minutes: u32) {
    let day = t.app.now().to_chrono().format("%Y-%m-%d").to_string();
    let worked = Worked { minutes, day, ..Worked::default() };
    log_time::log_time(&t.services.orders, by, id, worked.clone()).await.unwrap();
    let entry = load(t, by, id).await.gathered.time.last().unwrap().id.clone();
    let more = Worked { minutes: minutes + 10, ..worked };
    let reason = "it was ten minutes more".to_owned();
    correct_time::correct_time(&t.services.orders, by, id, entry, more, reason).await.unwrap();
}

/// One verdict that supports the first tick by words of a trace.
async fn support(t: &TestApp, by: &Asker, id: &str, trace: &str) {
    let (project, order) = (by.project, id.to_owned());
    let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    let claim = claims.iter().find(|it| it.claim.place == "1.1" && it.claim.withdrawn_at.is_none()).unwrap();
    let quote = NewQuote {
        trace_id: trace.to_owned(),
        observation_id: "call".to_owned(),
        field: "output".to_owned(),
        exact: "was looked at".to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    };
    let asked = Judgement {
        claim_id: claim.claim.claim_id.clone(),
        outcome: VerdictOutcome::Supported,
        quotes: vec![quote],
        reason: None,
        comment: String::new(),
        supersedes: None,
    };
    judge(&t.app, by, asked).await.unwrap();
    t.clock.advance(1_000_000);
}

/// From Saturday 21 November to Thursday 31 December 2026.
pub(super) async fn shop(t: &TestApp) -> Shop {
    let owner = owner(t).await;
    let dana = hire(t, &owner, "dana", &[Role::Technician]).await;
    let mei = hire(t, &owner, "mei", &[Role::Auditor]).await;
    let repair = write(t, &owner, "Seal of the filler", "Repair", "2026-11-27").await;
    let again = write(t, &owner, "Belt of the filler", "Repair", "2026-12-24").await;
    let slow = write(t, &owner, "Oil of the mill", "Preventive care", "2026-11-24").await;
    let look = write(t, &owner, "Look at the mill", "Inspection", "2026-11-25").await;
    let late = write(t, &owner, "Valve that sticks", "Repair", "2026-12-04").await;
    let gone = write(t, &owner, "Nobody needs it", "Preventive care", "2026-11-26").await;
    write(t, &owner, "Some day", "Repair", "").await;
    // A file tells of two orders; somebody here takes up one of them.
    let of_file = |number: &str| {
        let due = "| **Status** | DRAFT |\n| **Due** | 2026-11-26 |";
        FILE.replace("| **Status** | DRAFT |", due)
            .replace("WO-2026-100", number)
            .replace("- [ ] Wrap", "- [x] Wrap")
    };
    take(t, &owner, &of_file("WO-2026-101")).await;
    let taken = take(t, &owner, &of_file("WO-2026-102")).await;
    for id in [&repair, &again, &slow, &look, &late, &taken] {
        walk(t, &owner, &dana, id, Status::InProgress).await;
    }
    walk(t, &owner, &dana, &gone, Status::Approved).await;
    go_with(t, &owner, &gone, Move::to(Status::Cancelled)).await.unwrap();
    t.clock.advance(2 * DAY);
    send(t, &dana, "trace-1", &[], "It was looked at twice.").await;
    link_trace(t, &dana, &repair, "1.1", "trace-1").await;
    log(t, &dana, &repair, 80).await;
    for id in [&repair, &again, &look] {
        finish(t, &dana, id).await;
    }
    go(t, &owner, &again, Status::InProgress).await.unwrap();
    finish(t, &dana, &again).await;
    t.clock.advance(DAY);
    support(t, &mei, &repair, "trace-1").await;
    for id in [&repair, &again] {
        judge_all(t, &mei, id).await;
        go(t, &mei, id, Status::Verified).await.unwrap();
    }
    t.clock.advance(DAY);
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    for id in [&repair, &again] {
        go(t, &owner, id, Status::Closed).await.unwrap();
    }
    t.clock.advance(DAY);
    finish(t, &dana, &slow).await;
    t.clock.advance(35 * DAY);
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    Shop { owner, dana }
}
