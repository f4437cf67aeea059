//! What other features add to the pages of traces, which know none of them.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};

/// Something a trace is evidence for: an order, a step, a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceLink {
    /// What it is called: `WO-2026-001 / 3`.
    pub label: String,
    /// Where its page is.
    pub href: String,
}

/// A work order that evidence may be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChoice {
    /// `WO-2026-001`.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// Finds what each of some traces is linked to; asked once for a page.
pub type LinksOf = fn(&mut AnyConnection, ProjectKey, &[&str]) -> Result<HashMap<String, Vec<TraceLink>>>;

/// Finds the orders worth offering for a link, the likeliest first.
pub type OrdersOf = fn(&mut AnyConnection, ProjectKey) -> Result<Vec<OrderChoice>>;

/// Given to the pages as actix data; without it they show no links and no form that makes one.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageHooks {
    /// Finds links. Whoever sets it also serves `POST /traces/{id}/link` with the fields `number`, `target` and
    /// `observation`.
    pub links_of: Option<LinksOf>,
    /// Finds orders to offer.
    pub orders_of: Option<OrdersOf>,
    /// Whether somebody serves `POST /traces/{id}/claim` with the fields `number`, `target`, `statement`,
    /// `observation`, `quote`, `quote_field`, `quote_prefix` and `quote_suffix`.
    pub can_claim: bool,
}

impl PageHooks {
    /// What a trace is linked to; nothing when nobody knows.
    pub fn links(self, conn: &mut AnyConnection, project: ProjectKey, trace: &str) -> Result<Vec<TraceLink>> {
        Ok(self.links_of_many(conn, project, &[trace])?.remove(trace).unwrap_or_default())
    }

    /// What each of some traces is linked to; those without links are absent.
    pub fn links_of_many(
        self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        traces: &[&str],
    ) -> Result<HashMap<String, Vec<TraceLink>>> {
        self.links_of.map_or_else(|| Ok(HashMap::new()), |links_of| links_of(conn, project, traces))
    }

    /// Orders to offer; none when nobody knows any.
    pub fn orders(self, conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<OrderChoice>> {
        self.orders_of.map_or_else(|| Ok(Vec::new()), |orders_of| orders_of(conn, project))
    }
}
