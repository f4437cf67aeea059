//! Orders brought in from a file and walked by the real actions to where a test goes on.
//!
//! Whatever a file says, a draft comes in. So whoever needs an order in another state has it assigned, submitted, approved and
//! signed, its safety notes read, and the work begun, as people do.

use tracewright::foundation::Asker;
use tracewright::people::AccountId;
use tracewright::people::reads as people;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::actions::{acknowledge, assign, attest, import};
use tracewright::work_orders::model::{Assignee, Order, OrderNumber, Status, Ticks};
use tracewright::work_orders::reads;

use super::TestApp;

/// The password of everybody who signs.
pub const PASSWORD: &str = "correct horse battery";

/// An order as it was brought in.
#[derive(Clone, Debug)]
pub struct Brought {
    pub id: String,
    pub number: OrderNumber,
}

/// Brings a file in as `boss`, who signs, and has `worker` begin the work.
pub async fn begun(t: &TestApp, boss: &Asker, worker: &Asker, text: &str) -> Brought {
    let taken =
        import::import(&t.app, boss, Some("order.md".to_owned()), text.as_bytes().to_vec()).await.unwrap();
    assert!(taken.is_new, "this file was brought in before");
    walk(t, boss, worker, &taken.order_id, Status::InProgress).await;
    Brought { id: taken.order_id, number: taken.number }
}

/// Walks a draft up to a state: `boss` assigns, submits and approves, `worker` reads the safety notes and begins.
pub async fn walk(t: &TestApp, boss: &Asker, worker: &Asker, id: &str, to: Status) {
    give(t, boss, id, worker).await;
    for next in [Status::Submitted, Status::Approved, Status::InProgress] {
        if load(t, boss, id).await.status == to {
            return;
        }
        let who = if next == Status::InProgress { worker } else { boss };
        if next == Status::InProgress {
            read_safety(t, worker, id).await;
        }
        let mut asked = Move::to(next);
        if next == Status::Approved {
            (asked.email, asked.password) = (email_of(t, boss).await, Some(PASSWORD.to_owned()));
        }
        transition(&t.services.orders, who, id, asked).await.unwrap();
    }
    assert_eq!(load(t, boss, id).await.status, to);
}

/// The address somebody signs in with.
async fn email_of(t: &TestApp, who: &Asker) -> Option<String> {
    let id = AccountId(who.actor.id.clone());
    t.app.db.read(move |conn| people::account_by_id(conn, &id)).await.unwrap()?.email
}

/// Assigns the order.
pub async fn give(t: &TestApp, boss: &Asker, id: &str, worker: &Asker) {
    let to = Assignee {
        account: Some(worker.actor.id.clone()),
        kind: Some(worker.actor.kind),
        name: worker.actor.name.clone(),
        code: "USR-002".to_owned(),
    };
    assign::assign(&t.services.orders, boss, id, Some(to)).await.unwrap();
}

async fn read_safety(t: &TestApp, worker: &Asker, id: &str) {
    let safety = load(t, worker, id).await.safety;
    if !safety.notes.is_empty() {
        acknowledge::acknowledge(&t.services.orders, worker, id, safety.version).await.unwrap();
    }
}

/// Has `who` vouch for every tick that only the file claims; gives how many.
pub async fn attest_all(t: &TestApp, who: &Asker, id: &str) -> usize {
    let order = load(t, who, id).await;
    let claimed = order.targets().into_iter().filter(|it| order.ticks(it).is_some_and(Ticks::is_unattested));
    let claimed: Vec<_> = claimed.collect();
    for target in &claimed {
        attest::attest(&t.services.orders, who, id, target.clone(), "seen on the server".to_owned())
            .await
            .unwrap();
    }
    claimed.len()
}

/// The order as it stands.
pub async fn load(t: &TestApp, who: &Asker, id: &str) -> Order {
    let (project, id) = (who.project, id.to_owned());
    t.app.db.read(move |conn| reads::load(conn, project, &id, None)).await.unwrap()
}
