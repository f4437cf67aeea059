//! Places that traces name and that are not there: no such order, no such step, an order that is closed, or one that is not there
//! for the agent that sent the trace.
//!
//! A name that fits nothing links nothing, and nobody would hear of the slip. So it is noted in the transaction in which
//! the trace comes, and forgotten when somebody links the trace by hand, when the trace comes again and the name fits, or when it is
//! erased.

mod store;

use crate::traces::Arrived;
use crate::work_orders;
use crate::work_orders::model::Order;

use super::actions::takes_evidence;
use super::link_refs::{parse, resolve};
use super::reads::may_see;
use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Asker, ProjectKey, Result};

pub use store::{UnknownPlace, count, forget};

/// Names noted of one trace in one commit; a client may send any number.
const MOST_NAMES: usize = 20;
/// Names that are noted are not longer, in bytes.
const LONGEST: usize = 200;

/// Why a name fits nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It begins like the number of an order and is none.
    Unreadable,
    /// No order has this number.
    NoOrder,
    /// The order has no such place; the trace is linked to the order as a whole.
    NoPlace,
    /// The order is closed or cancelled and takes no more evidence.
    Closed,
    /// There is such an order, but it took nothing of the trace as that came: an agent sent it that has no part in the order or
    /// was stopped there, or the order came later. Only told to whoever sees the order, and kept as [`Self::NoOrder`].
    NotTaken,
}

impl Why {
    /// Those that are kept.
    const ALL: [(Self, &'static str); 4] = [
        (Self::Unreadable, "unreadable"),
        (Self::NoOrder, "no_order"),
        (Self::NoPlace, "no_place"),
        (Self::Closed, "closed"),
    ];

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(why, _)| *why == self).map_or("unreadable", |(_, word)| word)
    }

    fn parse(word: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == word).map_or(Self::Unreadable, |(why, _)| *why)
    }

    /// As a sentence says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "is no number of an order with a place",
            Self::NoOrder => "names an order that is not here",
            Self::NoPlace => {
                "names no step, item or criterion of its order; the trace is linked to the whole order"
            }
            Self::Closed => "names an order that is closed and takes no more evidence",
            Self::NotTaken => {
                "names an order that was not its sender's to add to as it came; somebody who may can link it by hand"
            }
        }
    }
}

/// The newest of a project, as they are told to whoever asks.
pub fn newest(conn: &mut AnyConnection, asker: &Asker, limit: i64) -> Result<Vec<UnknownPlace>> {
    let places = store::newest(conn, asker.project, limit)?;
    as_told(conn, asker, places)
}

/// Those of one trace, at most so many.
pub fn of_trace(
    conn: &mut AnyConnection,
    asker: &Asker,
    trace_id: &str,
    limit: i64,
) -> Result<Vec<UnknownPlace>> {
    let places = store::of_trace(conn, asker.project, trace_id, limit)?;
    as_told(conn, asker, places)
}

/// An order that they may not see is not here for them, whatever is the matter with its places; one that they see is.
fn as_told(
    conn: &mut AnyConnection,
    asker: &Asker,
    mut places: Vec<UnknownPlace>,
) -> Result<Vec<UnknownPlace>> {
    for place in places.iter_mut().filter(|place| place.why != Why::Unreadable) {
        let number = parse(&place.named).map(|reference| reference.number.to_string()).unwrap_or_default();
        let order = work_orders::reads::find_id(conn, asker.project, &number)?;
        let is_seen = order.map(|order| may_see(conn, asker, &order)).transpose()?;
        place.why = match (is_seen, place.why) {
            (Some(false), _) => Why::NoOrder,
            (Some(true), Why::NoOrder) => Why::NotTaken,
            (_, why) => why,
        };
    }
    Ok(places)
}

/// Notes the names among those of some arrived traces that fit nothing, and forgets those that fitted nothing before and are linked
/// now. Call it after the links were made.
pub fn note(tx: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
    let mut orders: Vec<Looked> = Vec::new();
    let sender = tx.actor();
    for trace in arrived {
        let names = trace.work_refs.iter().map(|work_ref| work_ref.text.as_str());
        let mut names: Vec<&str> = names.filter(|name| name.len() <= LONGEST).collect();
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().take(MOST_NAMES) {
            match why(tx.conn, trace.project, sender, name, &mut orders)? {
                Some(why) => store::note(tx.conn, trace.project, &trace.trace_id, name, why, tx.now())?,
                None => store::forget_name(tx.conn, trace.project, &trace.trace_id, name)?,
            }
        }
    }
    Ok(())
}

/// An order that was looked for by its number, and whether it takes anything from whoever sends.
type Looked = (ProjectKey, String, Option<(Order, bool)>);

fn why(
    conn: &mut AnyConnection,
    project: ProjectKey,
    sender: &Actor,
    name: &str,
    orders: &mut Vec<Looked>,
) -> Result<Option<Why>> {
    let Some(reference) = parse(name) else { return Ok(Some(Why::Unreadable)) };
    let number = reference.number.to_string();
    if !orders.iter().any(|(of, known, _)| (*of, known) == (project, &number)) {
        let id = work_orders::reads::find_id(conn, project, &number)?;
        let mut found = None;
        if let Some(id) = id {
            let order = work_orders::reads::load(conn, project, &id, None)?;
            let is_theirs = work_orders::reads::takes_from(conn, project, sender, &order)?;
            found = Some((order, is_theirs));
        }
        orders.push((project, number.clone(), found));
    }
    let order = orders.iter().find(|(of, known, _)| (*of, known) == (project, &number));
    let Some((order, is_theirs)) = order.and_then(|(.., found)| found.as_ref()) else {
        return Ok(Some(Why::NoOrder));
    };
    if !is_theirs {
        return Ok(Some(Why::NoOrder));
    }
    if takes_evidence(order).is_err() {
        return Ok(Some(Why::Closed));
    }
    let is_lost = reference.place.is_some() && resolve(order, reference.place).is_none();
    Ok(is_lost.then_some(Why::NoPlace))
}
