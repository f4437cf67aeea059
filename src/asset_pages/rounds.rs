//! What whoever is on a round finds first on the page of an asset: which of their orders stop here, and what comes first in them.
//!
//! It is shown of orders in work that the reader was given and may tick, and to nobody else.

use crate::assets::reads::{self, AssetRow};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Result};
use crate::web::markdown;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::model::{Order, Status, Target};
use crate::work_orders::reads::{self as orders, Filter, OrderRow};
use crate::work_orders::rounds::{self, Stop};

/// Orders that are looked through, the one that changed last first.
const LOOKED_AT: usize = 40;

/// The reader's rounds that stop at an asset.
#[derive(Default)]
pub struct Rounds {
    pub all: Vec<RoundView>,
    /// Whether the reader has more orders in work than were looked through.
    pub has_more: bool,
}

/// An order that stops here.
pub struct RoundView {
    pub number: String,
    pub title: String,
    /// The stop that is open here; none where those at this asset are done.
    pub open: Option<StopHere>,
    /// Code and name of the asset that comes first on the round, where that is another one. The name is empty where no asset has
    /// the code.
    pub next: Option<(String, String)>,
}

/// A stop that is open.
pub struct StopHere {
    /// The id of the item.
    pub item: String,
    /// `3.2`.
    pub place: String,
    pub text: String,
    /// Why it is not taken now; empty where it is.
    pub why_not: String,
}

impl Rounds {
    /// Whether nothing is to be said.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && !self.has_more
    }

    /// How many orders were looked through, where there are more.
    pub fn looked_at(&self) -> usize {
        LOOKED_AT
    }

    /// Reads them for a page.
    pub(super) fn read(
        conn: &mut AnyConnection,
        service: &Orders,
        who: &Asker,
        asset: &AssetRow,
    ) -> Result<Self> {
        let filter = Filter {
            assignee: Some(who.id().to_owned()),
            statuses: vec![Status::InProgress, Status::Approved],
            ..Filter::default()
        };
        let limit = i64::try_from(LOOKED_AT + 1).unwrap_or(i64::MAX);
        let mut rows = orders::list(conn, who.project, &filter, None, limit)?;
        let has_more = rows.len() > LOOKED_AT;
        rows.truncate(LOOKED_AT);
        rows.retain(|row| who.may_for(Action::Tick, &row.tie(who)));
        let mut all = Vec::new();
        for row in rows {
            all.extend(RoundView::read(conn, service, who, asset, &row)?);
        }
        // What is open here comes before what is only told.
        all.sort_by_key(|round| round.open.is_none());
        Ok(Self { all, has_more })
    }
}

impl RoundView {
    fn read(
        conn: &mut AnyConnection,
        service: &Orders,
        who: &Asker,
        asset: &AssetRow,
        row: &OrderRow,
    ) -> Result<Option<Self>> {
        let order = orders::load(conn, row.project, &row.order_id, None)?;
        let Some(here) = rounds::at(&order, &asset.code) else { return Ok(None) };
        let open = match here.open {
            Some(stop) => Some(StopHere::read(conn, service, who, asset, (&order, stop))?),
            None => None,
        };
        let next = match here.next {
            Some(stop) => Some(named(conn, who, stop.code())?),
            None => None,
        };
        Ok(Some(Self { number: row.number.clone(), title: row.title.clone(), open, next }))
    }
}

impl StopHere {
    fn read(
        conn: &mut AnyConnection,
        service: &Orders,
        who: &Asker,
        asset: &AssetRow,
        (order, stop): (&Order, Stop<'_>),
    ) -> Result<Self> {
        let facts = service.facts(conn, who.project, order, &who.actor)?;
        let item = stop.item.id.clone();
        let command = Command::Arrive { item: item.clone(), code: asset.code.clone() };
        let refused = decide(order, command, who, &facts, &mut || "new".to_owned()).err();
        let reference = order.reference(&Target::Item(item.clone())).unwrap_or_default();
        Ok(Self {
            item,
            place: reference.rsplit('/').next().unwrap_or_default().to_owned(),
            text: markdown::plain(&stop.item.text),
            why_not: refused.map(|why| why.to_string()).unwrap_or_default(),
        })
    }

    /// What the button does, for readers of the screen.
    pub fn about(&self) -> String {
        format!("I am here: {}", self.text)
    }
}

/// Code and name of an asset, as it writes them.
fn named(conn: &mut AnyConnection, who: &Asker, code: &str) -> Result<(String, String)> {
    let found = reads::find(conn, who.project, code)?;
    Ok(found.map_or_else(|| (code.to_owned(), String::new()), |asset| (asset.code, asset.name)))
}
