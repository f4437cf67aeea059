//! Taking over an order from a Markdown file.
//!
//! The same bytes twice change nothing, for whoever may see the order they made; where that was cancelled, a person may have another
//! made. A number that is free here is kept; one that is in use becomes the order's reference, and a file without one gets the
//! next of the year. Ticks come in as imported, and what speaks against itself is noted with the order.

use std::collections::BTreeMap;

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Digest, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders::decide::{NewOrder, begin};
use crate::work_orders::model::{Block, Field, Kind, Order, OrderNumber, Plan, Priority, Status, When};
use crate::work_orders::read::{self, Reading, Taken};
use crate::work_orders::reads::{self, OrderRow};
use crate::work_orders::{by_asset, store};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub order_id: String,
    pub number: OrderNumber,
    /// Whether it was made now; otherwise the same file had been imported before.
    pub is_new: bool,
    /// Whether the order that the same file made before was cancelled, so that another may be wanted.
    pub was_cancelled: bool,
    /// How much was odd.
    pub findings: usize,
    /// The file's own number, where it is in use here already.
    pub reference: Option<OrderNumber>,
    /// What became of the file.
    pub taken: Taken,
    /// What was not taken for what it looks like, each with its line.
    pub not_taken: Vec<(usize, String)>,
}

impl Imported {
    /// `2 steps, 5 items, ...`, what only the file says, and how much was odd.
    pub fn words(&self) -> String {
        let claimed = match self.taken.claimed {
            0 => String::new(),
            1 => "; 1 tick is only the file's word".to_owned(),
            many => format!("; {many} ticks are only the file's word"),
        };
        let findings =
            if self.findings == 1 { "1 finding".to_owned() } else { format!("{} findings", self.findings) };
        format!("{}{claimed}; {findings}", self.taken.counts().join(", "))
    }
}

/// What becomes of a file whose very bytes made an order that was cancelled since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    /// It leads to that order: for programs and folders, which bring the same over and over.
    #[default]
    Known,
    /// It is refused as `anew`, and a person says whether another order is to be made.
    Asked,
    /// Another order is made.
    Anew,
}

/// What a person chose before taking a file; nothing by default.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Blocks taken for something else than they look like, by their place in the file.
    pub kinds: BTreeMap<usize, Kind>,
    /// Each point of a list becomes an item.
    pub points_are_items: bool,
    pub title: Option<String>,
    pub order_type: Option<String>,
    pub priority: Option<Priority>,
    pub due: Option<When>,
    /// Criteria besides those of the file.
    pub criteria: Vec<String>,
    pub again: Again,
}

/// A file to take over.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// Its name, if known.
    pub file: Option<String>,
    pub bytes: Vec<u8>,
    pub choices: Choices,
}

/// Imports a file as it is; `file` is its name, if known.
pub async fn import(app: &App, asker: &Asker, file: Option<String>, bytes: Vec<u8>) -> Result<Imported> {
    take(app, asker, Brought { file, bytes, choices: Choices::default() }).await
}

/// Imports a file with what a person chose.
pub async fn take(app: &App, asker: &Asker, brought: Brought) -> Result<Imported> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who, now) = (app.ledger.clone(), asker.clone(), app.now());
    let (source, again) = (Digest::of(&brought.bytes), brought.choices.again);
    let read = prepare(&brought, &mut || new_id(now))?;
    app.db
        .write(&asker.actor, move |tx| take_over(tx, &ledger, &who, read, source, brought.file, again))
        .await
}

/// Imports an order that was made of something else than Markdown; `source` names what it was made of.
pub async fn take_read(
    app: &App,
    asker: &Asker,
    read: Read,
    source: Digest,
    file: Option<String>,
    again: Again,
) -> Result<Imported> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    app.db.write(&asker.actor, move |tx| take_over(tx, &ledger, &who, read, source, file, again)).await
}

/// A file read with a person's choices.
pub fn read_with(brought: &Brought) -> Result<Reading> {
    let mut reading = read::read_bytes(&brought.bytes)?;
    if let Some(name) = &brought.file {
        reading.call_after(name);
    }
    if brought.choices.points_are_items {
        reading.tick_points();
    }
    for (place, kind) in &brought.choices.kinds {
        reading.retake(*place, *kind)?;
    }
    Ok(reading)
}

/// A file's order before it is taken over.
#[derive(Clone, Debug)]
pub struct Read {
    pub order: Order,
    pub taken: Taken,
    pub not_taken: Vec<(usize, String)>,
}

impl Choices {
    /// Puts what a person chose for the order as a whole in the place of what the file says.
    pub fn put_into(&self, order: &mut Order, new_id: &mut dyn FnMut() -> String) {
        let mut plan = Plan::of(order);
        plan.title.clone_from(self.title.as_ref().unwrap_or(&order.title));
        plan.order_type.clone_from(self.order_type.as_ref().unwrap_or(&order.order_type));
        plan.priority = self.priority.unwrap_or(order.priority);
        plan.due = self.due.clone().or(order.due.clone());
        for criterion in &self.criteria {
            plan.document.push(Block { id: new_id(), ..Block::of(Kind::Criterion, criterion.clone()) });
        }
        plan.reindex(new_id);
        plan.put_into(order);
    }
}

fn prepare(brought: &Brought, new_id: &mut dyn FnMut() -> String) -> Result<Read> {
    let reading = read_with(brought)?;
    let (mut taken, not_taken) = (reading.taken(), reading.not_taken());
    taken.criteria += brought.choices.criteria.len();
    let mut order = reading.into_order(new_id)?;
    brought.choices.put_into(&mut order, new_id);
    Ok(Read { order, taken, not_taken })
}

fn take_over(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    read: Read,
    source: Digest,
    file: Option<String>,
    again: Again,
) -> Result<Imported> {
    let Read { mut order, taken, not_taken } = read;
    store::take_turn(tx, who.project, store::NUMBERS)?;
    let same = reads::by_source(tx.conn, who.project, source)?;
    if let Some(row) = standing(&same, who, again)? {
        return known(row, taken, not_taken);
    }
    by_asset::check(tx.conn, who.project, None, order.asset.as_ref())?;
    let (own_number, reference) = number(tx, who.project, &mut order)?;
    let now = tx.now();
    let id = new_id(now);
    order.id.clone_from(&id);
    let number = order.number.clone();
    let new = NewOrder::Import { order: Box::new(order), source, file, own_number };
    let decided = begin(new, who, now, &mut || new_id(now))?;
    super::append(tx, ledger, who.project, &Order { id: id.clone(), ..Order::default() }, decided)?;
    let stored = reads::by_id(tx.conn, who.project, &id)?;
    let findings = stored.map_or(0, |row| usize::try_from(row.findings).unwrap_or_default());
    let (order_id, is_new, was_cancelled) = (id, true, false);
    Ok(Imported { order_id, number, is_new, was_cancelled, findings, reference, taken, not_taken })
}

/// The order that the same bytes made and that they lead to: one that stands before one that was cancelled.
fn standing<'a>(same: &'a [OrderRow], who: &Asker, again: Again) -> Result<Option<&'a OrderRow>> {
    let seen: Vec<&OrderRow> =
        same.iter().filter(|row| who.may_for(Action::ViewOrders, &row.tie(who))).collect();
    if let Some(row) = seen.iter().copied().find(|row| row.status() != Status::Cancelled) {
        return Ok(Some(row));
    }
    match (seen.last().copied(), again) {
        (Some(row), Again::Asked) => Err(Error::invalid(
            "anew",
            format!(
                "this very file was imported before as {}, which was cancelled: say that another order is to be made of it, or leave it",
                row.number
            ),
        )),
        (_, Again::Anew) => Ok(None),
        (known, _) => Ok(known),
    }
}

fn known(row: &OrderRow, taken: Taken, not_taken: Vec<(usize, String)>) -> Result<Imported> {
    let number = OrderNumber::parse(&row.number).ok_or_else(|| Error::internal("a stored number"))?;
    let findings = usize::try_from(row.findings).unwrap_or_default();
    let order_id = row.order_id.clone();
    let (is_new, was_cancelled, reference) = (false, row.status() == Status::Cancelled, None);
    Ok(Imported { order_id, number, is_new, was_cancelled, findings, reference, taken, not_taken })
}

/// Keeps the file's number where it is free, or gives the next one and keeps the file's as the reference: whether the
/// number is the file's own, and the reference.
fn number(tx: &mut Tx<'_>, project: ProjectKey, order: &mut Order) -> Result<(bool, Option<OrderNumber>)> {
    let told = Some(std::mem::take(&mut order.number)).filter(OrderNumber::is_given);
    if let Some(told) = &told {
        if reads::find(tx.conn, project, told.as_str())?.is_none() {
            order.number = told.clone();
            return Ok((true, None));
        }
        order.fields.push(Field { name: "Reference".to_owned(), value: told.to_string() });
    }
    order.number = store::next_number(tx.conn, project, store::year_of(tx.now()))?;
    Ok((false, told))
}
