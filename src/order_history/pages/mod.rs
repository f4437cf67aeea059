//! The history as a page, on paper and as a table.

pub(super) mod paper;
pub(super) mod show;
pub(super) mod table;

use crate::audit::events::stream_of;
use crate::audit::reads::{judged_claims, visible_order};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::events::read_stream;
use crate::state::App;
use crate::web::read_moment;
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads::{fold_events, history};

use super::happening::{Claims, Past};
use super::trail::{self, Query, Trail};

/// An order with everything that is recorded of it.
struct Record {
    order: Order,
    /// Its own events and those of audit, as they stand in the log.
    events: Vec<Event>,
    claims: Claims,
    now: Timestamp,
}

impl Record {
    /// Reads it for whoever may see the order; others are not told that it is there. With `as_of` in the address, as it was then.
    async fn read(app: &App, asker: &Asker, number: &str, query: &Query) -> Result<Self> {
        let as_of = query.get("as_of").map(|text| text.trim()).filter(|text| !text.is_empty());
        let as_of = as_of.map(|text| read_moment("as_of", text)).transpose()?;
        let (asker, number, now) = (asker.clone(), number.to_owned(), app.now());
        app.db.read(move |conn| Self::of(conn, &asker, &number, as_of, now)).await
    }

    fn of(
        conn: &mut AnyConnection,
        asker: &Asker,
        number: &str,
        as_of: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self> {
        let (project, id) = (asker.project, visible_order(conn, asker, number)?);
        let mut events = history(conn, project, &id, as_of)?;
        let order = fold_events(&events)?;
        if !order.exists() {
            return Err(Error::not_found(format!("{number} at that moment: it did not exist yet, so it")));
        }
        events.extend(read_stream(conn, &stream_of(project, &id), as_of)?);
        events.sort_by_key(|event| event.seq);
        let claims = judged_claims(conn, project, &id)?.into_iter().filter_map(|judged| {
            let claim = judged.claim;
            let target = format!("{}:{}", claim.target_kind, claim.target_id).parse::<Target>().ok()?;
            Some((claim.claim_id, (target, claim.statement)))
        });
        Ok(Self { order, events, claims: claims.collect(), now })
    }

    /// Up to `limit` of its lines, as the address asks for them.
    fn trail(&self, query: &Query, limit: usize) -> Result<Trail> {
        let past = Past { order: &self.order, events: &self.events, claims: &self.claims, now: self.now };
        trail::of(past, query, limit)
    }
}
