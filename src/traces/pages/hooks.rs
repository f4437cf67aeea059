//! What other features add to the pages of traces, which know none of them.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};

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

/// A claim that somebody stated from the words of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceClaim {
    /// What it is about: `WO-2026-001/3.2`.
    pub place: String,
    /// The words that are true or not.
    pub statement: String,
    /// How it stands, as stored: `open`, `supported`, `not_enough_information`, ...
    pub standing: String,
    /// The observation whose words it quotes.
    pub observation: String,
    /// Where its page is.
    pub href: String,
}

/// A revision of an observation that somebody relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedRevision {
    /// The observation.
    pub observation: String,
    /// The revision.
    pub revision: Digest,
    /// Who relied on it.
    pub links: Vec<TraceLink>,
}

/// Finds what each of some traces is linked to; asked once for a page.
pub type LinksOf = fn(&mut AnyConnection, ProjectKey, &[&str]) -> Result<HashMap<String, Vec<TraceLink>>>;

/// Finds the orders worth offering for a link, the likeliest first.
pub type OrdersOf = fn(&mut AnyConnection, ProjectKey) -> Result<Vec<OrderChoice>>;

/// Finds the claims that were stated from the words of a trace.
pub type ClaimsOf = fn(&mut AnyConnection, ProjectKey, &str) -> Result<Vec<TraceClaim>>;

/// Finds which revisions of some observations of a trace somebody relied on.
pub type PinsOf = fn(&mut AnyConnection, ProjectKey, &str, &[&str]) -> Result<Vec<PinnedRevision>>;

/// Given to the pages as actix data; without it they show no links and no form that makes one.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageHooks {
    /// Finds links. Whoever sets it also serves `POST /traces/{id}/link` with the fields `number`, `target` and
    /// `observation`.
    pub links_of: Option<LinksOf>,
    /// Finds orders to offer.
    pub orders_of: Option<OrdersOf>,
    /// Finds stated claims. Whoever sets it also serves `POST /traces/{id}/claim` with the fields `number`, `target`, `statement`,
    /// `observation`, `quote`, `quote_field`, `quote_prefix` and `quote_suffix`.
    pub claims_of: Option<ClaimsOf>,
    /// Finds pinned revisions.
    pub pins_of: Option<PinsOf>,
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

    /// The claims stated from a trace; none when nobody knows.
    pub fn claims(
        self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        trace: &str,
    ) -> Result<Vec<TraceClaim>> {
        self.claims_of.map_or_else(|| Ok(Vec::new()), |claims_of| claims_of(conn, project, trace))
    }

    /// The pinned revisions of some observations; none when nobody knows.
    pub fn pins(
        self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        trace: &str,
        observations: &[&str],
    ) -> Result<Vec<PinnedRevision>> {
        self.pins_of.map_or_else(|| Ok(Vec::new()), |pins_of| pins_of(conn, project, trace, observations))
    }

    /// Orders to offer; none when nobody knows any.
    pub fn orders(self, conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<OrderChoice>> {
        self.orders_of.map_or_else(|| Ok(Vec::new()), |orders_of| orders_of(conn, project))
    }
}
