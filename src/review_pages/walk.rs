//! The way through a queue of claims: the one before, the one after, and the next that nobody has judged.
//!
//! The order of the queue does not depend on how a claim stands, so that it stays where it is once it is judged.

use serde::Deserialize;

use crate::audit::exceptions::reads as exceptions;
use crate::audit::reads::{
    ClaimRow, Progress, QueueFilter, QueuedClaim, may_see, progress, progress_seen_by, queue, seen_by,
};
use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{Asker, ProjectKey, Result, Timestamp};
use crate::work_orders;
use crate::work_orders::model::Status;

/// Which claims are walked through: those of the claim's own order unless the address says all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    #[default]
    Order,
    All,
}

impl Scope {
    /// Reads the word of an address or a form; the own order unless it says `all`.
    pub fn parse(word: &str) -> Self {
        if word == Self::All.as_str() { Self::All } else { Self::Order }
    }

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "",
            Self::All => "all",
        }
    }

    /// A claim's page within this scope.
    pub fn address(self, claim: &str) -> String {
        let claim = part(claim);
        match self {
            Self::Order => format!("/claims/{claim}"),
            Self::All => format!("/claims/{claim}?in=all"),
        }
    }
}

/// Where a claim stands in its queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Ids of the claims beside it; none at the ends.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The next one that waits for a verdict, from here on and then from the beginning; never the claim itself.
    pub unjudged: Option<String>,
    /// Its place, counted from 1; 0 when it is not in the queue.
    pub place: usize,
    /// How far the queue is judged, and how long it is.
    pub progress: Progress,
}

/// A claim's place in any queue: what cannot be judged yet last, what weighs most first, then the oldest.
type Key<'a> = (bool, i32, Option<Timestamp>, &'a str, i32);

fn key(claim: &ClaimRow) -> Key<'_> {
    (claim.unattested, -claim.materiality, claim.made_at, &claim.order_id, claim.position)
}

impl Walk {
    /// The way from a claim.
    pub fn read(conn: &mut AnyConnection, asker: &Asker, claim: &ClaimRow, scope: Scope) -> Result<Self> {
        let order_id = (scope == Scope::Order).then(|| claim.order_id.clone());
        let progress = progress_seen_by(conn, asker, order_id.as_deref())?;
        let every = QueueFilter { order_id, ..QueueFilter::default() };
        let mut all = rows(visible(conn, asker, &every)?);
        all.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut open = visible(conn, asker, &QueueFilter { standing: Some("open".to_owned()), ..every })?;
        // Nothing waits for what is past: only whoever goes through its own order is led to it.
        open.retain(|queued| scope == Scope::Order || !queued.is_past);
        let mut open = rows(open);
        open.sort_by(|a, b| key(a).cmp(&key(b)));
        Ok(Self { progress, ..Self::among(claim, &all, &open) })
    }

    fn among(claim: &ClaimRow, all: &[ClaimRow], open: &[ClaimRow]) -> Self {
        let here = key(claim);
        let id = |claim: &ClaimRow| claim.claim_id.clone();
        let is_in = all.iter().any(|other| other.claim_id == claim.claim_id);
        let before = all.iter().filter(|other| key(other) < here);
        let waits = |other: &&ClaimRow| !other.unattested && other.claim_id != claim.claim_id;
        let after = open.iter().filter(waits).find(|other| key(other) > here);
        Self {
            previous: before.clone().next_back().map(id),
            next: all.iter().find(|other| key(other) > here).map(id),
            unjudged: after.or_else(|| open.iter().find(waits)).map(id),
            place: if is_in { before.count() + 1 } else { 0 },
            progress: Progress::default(),
        }
    }
}

fn rows(queued: Vec<QueuedClaim>) -> Vec<ClaimRow> {
    queued.into_iter().map(|queued| queued.claim).collect()
}

fn visible(conn: &mut AnyConnection, asker: &Asker, filter: &QueueFilter) -> Result<Vec<QueuedClaim>> {
    let seen = match &filter.order_id {
        None => seen_by(conn, asker)?.ids,
        Some(order) if may_see(conn, asker, order)? => None,
        Some(_) => return Ok(Vec::new()),
    };
    queue(conn, asker.project, &QueueFilter { seen, ..filter.clone() })
}

/// Where to go once a claim is judged or skipped: the next that waits in its queue, then in all others, then the list.
pub fn onward(conn: &mut AnyConnection, asker: &Asker, claim: &ClaimRow, scope: Scope) -> Result<String> {
    if let Some(next) = Walk::read(conn, asker, claim, scope)?.unjudged {
        return Ok(scope.address(&next));
    }
    let anywhere = Walk::read(conn, asker, claim, Scope::All)?.unjudged;
    Ok(anywhere.map_or_else(|| "/review".to_owned(), |next| Scope::All.address(&next)))
}

/// What is to be said once no claim of a completed order waits any more: the way goes on, and it would be passed by.
pub fn judged_through(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim: &ClaimRow,
) -> Result<Option<String>> {
    let order = Some(claim.order_id.as_str());
    let row = work_orders::reads::by_id(conn, project, &claim.order_id)?;
    let Some(row) = row.filter(|row| row.status() == Status::Completed) else { return Ok(None) };
    if progress(conn, project, order)?.open() > 0 {
        return Ok(None);
    }
    let number = &row.number;
    Ok(Some(match exceptions::open_count(conn, project, order)? {
        0 => format!("Every claim of {number} has a verdict, so it can be verified."),
        1 => format!("Every claim of {number} has a verdict; 1 exception waits before it can be verified."),
        many => {
            format!(
                "Every claim of {number} has a verdict; {many} exceptions wait before it can be verified."
            )
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: &str, materiality: i32, standing: &str) -> ClaimRow {
        ClaimRow {
            project: ProjectKey(1),
            claim_id: id.to_owned(),
            order_id: "o".to_owned(),
            target_kind: "item".to_owned(),
            target_id: id.to_owned(),
            position: i32::from(id.bytes().next().unwrap()),
            place: String::new(),
            statement: String::new(),
            context: String::new(),
            materiality,
            author_id: String::new(),
            author_kind: "human".to_owned(),
            author_name: String::new(),
            made_at: None,
            unattested: id.starts_with('u'),
            unclaimed: false,
            withdrawn_at: None,
            standing: standing.to_owned(),
            step_id: String::new(),
            has_file: false,
            has_link: false,
        }
    }

    fn walk(id: &str, claims: &[ClaimRow]) -> (Option<String>, Option<String>, Option<String>, usize) {
        let open: Vec<ClaimRow> = claims.iter().filter(|it| it.standing == "open").cloned().collect();
        let here = claims.iter().find(|it| it.claim_id == id).unwrap();
        let walk = Walk::among(here, claims, &open);
        (walk.previous, walk.next, walk.unjudged, walk.place)
    }

    #[test]
    fn the_next_unjudged_is_the_one_after_and_wraps() {
        let some = |id: &str| Some(id.to_owned());
        let claims = [
            claim("a", 1, "open"),
            claim("b", 1, "refuted"),
            claim("c", 1, "open"),
            claim("d", 1, "supported"),
            claim("u", 1, "open"),
        ];
        for (here, previous, next, unjudged, place) in [
            ("a", None, some("b"), some("c"), 1),
            ("b", some("a"), some("c"), some("c"), 2),
            ("c", some("b"), some("d"), some("a"), 3),
            ("d", some("c"), some("u"), some("a"), 4),
            ("u", some("d"), None, some("a"), 5),
        ] {
            assert_eq!(walk(here, &claims), (previous, next, unjudged, place), "{here}");
        }
    }

    #[test]
    fn the_last_unjudged_has_no_next_and_a_claim_stays_where_it_was_once_it_is_judged() {
        let mut claims = vec![claim("a", 4, "open"), claim("b", 1, "open")];
        claims.sort_by(|a, b| key(a).cmp(&key(b)));
        let before = walk("a", &claims);
        claims[0].standing = "refuted".to_owned();
        assert_eq!(walk("a", &claims), before);
        claims[1].standing = "refuted".to_owned();
        assert_eq!(walk("a", &claims).2, None);
    }
}
