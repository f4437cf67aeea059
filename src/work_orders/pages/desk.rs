//! One order on the desk: folded, with the facts about whoever looks, and dry runs of what they could do.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result, Timestamp};
use crate::ledger::Event;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::facts::Facts;
use crate::work_orders::hooks::{Annotation, Annotations, Hooks};
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads::{self, OrderRow};

/// An order and whoever looks at it.
pub struct Desk {
    /// The order, as of the moment asked for.
    pub order: Order,
    /// What happened to it until then.
    pub events: Vec<Event>,
    /// What other features know.
    pub facts: Facts,
    /// What other features say on the page.
    pub annotations: Annotations,
    /// Who looks.
    pub who: Asker,
    /// The moment of a look back.
    pub as_of: Option<Timestamp>,
    /// The present moment.
    pub now: Timestamp,
}

/// Loads an order for somebody.
pub fn open(
    conn: &mut AnyConnection,
    hooks: &Hooks,
    who: &Asker,
    number: &str,
    as_of: Option<Timestamp>,
    now: Timestamp,
) -> Result<Desk> {
    let row = find_visible(conn, who, number)?;
    let events = reads::history(conn, who.project, &row.order_id, as_of)?;
    let order = reads::fold_events(&events)?;
    if !order.exists() {
        return Err(Error::not_found(format!("{number} at that moment: it did not exist yet, so it")));
    }
    let facts = hooks.facts_of(conn, who.project, &order, &who.actor)?;
    let annotations = hooks.annotations_of(conn, who.project, &order, as_of)?;
    Ok(Desk { order, events, facts, annotations, who: who.clone(), as_of, now })
}

/// The row of an order that this person may see; any other is not found.
pub fn find_visible(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<OrderRow> {
    let row = reads::find(conn, who.project, number)?.filter(|row| may_see(who, row));
    row.ok_or_else(|| Error::not_found(format!("the work order {number}")))
}

fn may_see(who: &Asker, row: &OrderRow) -> bool {
    who.may_for(Action::ViewOrders, &row.tie(who))
}

impl Desk {
    /// Whether this would be done if it were asked for now.
    pub fn allows(&self, command: Command) -> bool {
        if self.as_of.is_some() {
            return false;
        }
        decide(&self.order, command, &self.who, &self.facts, self.now, &mut || "new".to_owned()).is_ok()
    }

    /// A reason long enough, for dry runs.
    pub fn some_reason(&self) -> String {
        "x".repeat(self.facts.policy.min_reason.max(1))
    }

    /// What other features say about a part.
    pub fn notes_on(&self, target: &Target) -> Vec<&Annotation> {
        let name = target.to_string();
        self.annotations.notes.iter().filter(|note| note.target.as_deref() == Some(name.as_str())).collect()
    }
}
