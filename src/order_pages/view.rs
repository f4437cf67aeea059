//! One order for whoever looks: folded, with the facts about them, and dry runs of what they could do.

use std::collections::BTreeMap;

use crate::assets;
use crate::assets::reads::AssetRow;
use crate::audit::exceptions::reads::ExceptionRow;
use crate::audit::order_notes::{self, StandingStatement};
use crate::db::AnyConnection;
use crate::delegation_pages::Seen;
use crate::folder_sync;
use crate::foundation::money::Currency;
use crate::foundation::{Action, Asker, Error, Grant, Result, Timestamp};
use crate::ledger::Event;
use crate::order_history::Past;
use crate::order_settings::currency;
use crate::people::reads::{Member, members};
use crate::trust;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads::{self, OrderRow};
use crate::work_orders::speaking;
use crate::work_orders::team::{self, Gap};

use super::assigning::Assigning;
use super::edit::may_assign;
use super::notes::NoteView;
use super::relations::RelationsView;
use super::stops;
use super::text::{self, Html};

/// An order and whoever looks at it.
pub struct OrderView {
    /// The order, as of the moment asked for.
    pub order: Order,
    /// What happened to it until then.
    pub events: Vec<Event>,
    /// What the guards know about whoever looks.
    pub facts: Facts,
    pub who: Asker,
    /// The moment of a look back.
    pub as_of: Option<Timestamp>,
    pub now: Timestamp,
    notes: BTreeMap<String, NoteView>,
    /// The assets at which its items are done, by the code as it is looked for; those that are on no list are not in it.
    pub(super) assets: BTreeMap<String, AssetRow>,
}

/// What other features know of an order as a whole.
pub struct Around {
    /// Its exceptions, open ones first.
    pub exceptions: Vec<ExceptionRow>,
    pub trust: trust::reads::Report,
    pub statements: Vec<StandingStatement>,
    /// What nobody here can do with the order.
    pub gaps: Vec<Gap>,
    /// The file of a folder that says something else, where that waits for a decision.
    pub clash: Option<String>,
    pub relations: Option<RelationsView>,
    /// The code of the asset that it names, where that is on the list.
    pub asset: Option<String>,
    /// Who can be spoken to in a comment or an entry of the log, as it is written: `@Dana Okafor`, and their code.
    pub speakable: Vec<(String, String)>,
    /// Whom it can be given to, where whoever looks may give it.
    pub assigning: Assigning,
    /// What money of the project is in.
    pub currency: Currency,
}

/// Loads an order for somebody.
pub fn open(
    conn: &mut AnyConnection,
    orders: &Orders,
    who: &Asker,
    number: &str,
    as_of: Option<Timestamp>,
) -> Result<OrderView> {
    let row = find_visible(conn, who, number)?;
    let events = reads::history(conn, who.project, &row.order_id, as_of)?;
    let order = reads::fold_events(&events)?;
    if !order.exists() {
        return Err(Error::not_found(format!("{number} at that moment: it did not exist yet, so it")));
    }
    let facts = orders.facts(conn, who.project, &order, &who.actor)?;
    let notes = order_notes::part_notes(conn, who.project, &order, as_of)?;
    let notes = notes.into_iter().map(|note| (note.target.clone(), NoteView::of(&note))).collect();
    let now = orders.app.now();
    let assets = stops::assets(conn, who.project, &order)?;
    Ok(OrderView { order, events, facts, who: who.clone(), as_of, now, notes, assets })
}

/// A plan that no order has yet, for somebody who reads it: nothing can be done with it.
pub fn open_plan(conn: &mut AnyConnection, orders: &Orders, who: &Asker, order: Order) -> Result<OrderView> {
    let facts = orders.facts(conn, who.project, &order, &who.actor)?;
    let now = orders.app.now();
    let (events, notes) = (Vec::new(), BTreeMap::new());
    let assets = stops::assets(conn, who.project, &order)?;
    Ok(OrderView { order, events, facts, who: who.clone(), as_of: Some(now), now, notes, assets })
}

impl Around {
    /// Reads it, as of the moment that the order is shown at.
    pub fn read(conn: &mut AnyConnection, view: &OrderView) -> Result<Self> {
        let (project, id, as_of) = (view.who.project, &view.order.id, view.as_of);
        let members = members(conn, project)?;
        let mut gaps = match as_of {
            None => team::among(conn, &members)?.gaps_of(&view.order, &view.facts),
            Some(_) => Vec::new(),
        };
        if view.who.may(Action::SetOrderPolicy) != Grant::Any {
            for gap in &mut gaps {
                gap.waivable = None;
            }
        }
        let clash = match as_of {
            None => folder_sync::store::find(conn, project, id)?.filter(|clash| clash.settled.is_none()),
            Some(_) => None,
        };
        let tag = view.order.asset.as_ref().map(|asset| asset.tag.as_str()).filter(|tag| !tag.is_empty());
        let asset = match tag {
            Some(tag) => assets::reads::find(conn, project, tag)?,
            None => None,
        };
        Ok(Self {
            asset: asset.map(|asset| asset.code),
            gaps,
            speakable: speakable(&members, view),
            assigning: if may_assign(view) {
                Assigning::among(&members, view.order.assignee.as_ref())
            } else {
                Assigning::default()
            },
            currency: currency::reads::of(conn, project)?,
            clash: clash.map(|clash| clash.path),
            relations: RelationsView::read(conn, view)?,
            exceptions: order_notes::exceptions_at(conn, project, id, as_of)?,
            trust: trust::reads::report(conn, project, &view.order, &trust::reads::Scope::Order, as_of)?,
            statements: order_notes::statements(conn, project, id, as_of)?,
        })
    }
}

fn speakable(members: &[Member], view: &OrderView) -> Vec<(String, String)> {
    let all = match view.as_of {
        None => speaking::among(members, &view.order),
        Some(_) => Vec::new(),
    };
    let others = all.into_iter().filter(|member| member.account != view.who.id());
    others.map(|member| (format!("@{}", member.name), member.code)).collect()
}

/// The row of an order that this person may see; any other is not found.
pub fn find_visible(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<OrderRow> {
    reads::visible(conn, who, number)
}

/// The same by its id.
pub fn find_visible_id(conn: &mut AnyConnection, who: &Asker, id: &str) -> Result<OrderRow> {
    let row = reads::by_id(conn, who.project, id)?;
    let row = row.filter(|row| who.may_for(Action::ViewOrders, &row.tie(who)));
    row.ok_or_else(|| Error::not_found("this work order"))
}

impl OrderView {
    /// The order with what happened to it, as its history tells it.
    pub fn past(&self) -> Past<'_> {
        Past::of(&self.order, &self.events, self.now)
    }

    /// When a device says that an event of the order happened, where one kept it until it had a network again; the event's own
    /// time is when it was received.
    pub fn claimed(&self, event: Option<&str>) -> Option<Html> {
        let event = self.events.iter().find(|known| Some(known.id.as_str()) == event)?;
        text::claimed(event, self.now)
    }

    /// The same of an entry of the log, a comment or a file, by its id.
    pub fn claimed_of(&self, id: &str) -> Option<Html> {
        let names_it = |event: &&Event| {
            let data = event.body.as_ref().map(|body| &body.data);
            let is = |name: &str| data.and_then(|data| data.get(name)?.as_str()) == Some(id);
            match event.kind.as_str() {
                "work_order.log_added.v1" => is("entry"),
                "work_order.comment_added.v1" => is("comment"),
                "work_order.file_added.v1" => is("file"),
                _ => false,
            }
        };
        text::claimed(self.events.iter().find(names_it)?, self.now)
    }

    /// Whether this would be done if it were asked for now.
    pub fn allows(&self, command: Command) -> bool {
        if self.as_of.is_some() {
            return false;
        }
        let (order, who, facts) = (&self.order, &self.who, &self.facts);
        decide(order, command, who, facts, &mut || "new".to_owned()).is_ok()
    }

    /// Why it would be refused; empty where nothing is asked for now, because one looks back. None where it would be done.
    pub fn refusal(&self, command: Command) -> Option<String> {
        if self.as_of.is_some() {
            return Some(String::new());
        }
        let (order, who, facts) = (&self.order, &self.who, &self.facts);
        decide(order, command, who, facts, &mut || "new".to_owned()).err().map(|why| why.to_string())
    }

    /// The same for the blocks about agents, questions and decisions.
    pub fn seen(&self) -> Seen<'_> {
        let (at, is_past) = (self.as_of.unwrap_or(self.now), self.as_of.is_some());
        Seen { order: &self.order, who: &self.who, facts: &self.facts, at, is_past }
    }

    /// A reason long enough, for dry runs.
    pub fn some_reason(&self) -> String {
        "x".repeat(usize::from(self.facts.policy.min_reason.max(1)))
    }

    /// What other features say about a part.
    pub fn note_on(&self, target: &Target) -> Option<&NoteView> {
        self.notes.get(&target.to_string())
    }

    /// What they say about the order as a whole.
    pub fn general_note(&self) -> Option<&NoteView> {
        self.notes.get("")
    }
}
