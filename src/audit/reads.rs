//! What other features and screens read from audit.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Digest, Error, Grant, ProjectKey, Result, Timestamp};
use crate::work_orders;
pub use crate::work_orders::model::Order;
use crate::work_orders::model::Status;

use super::claims::{Claim, claims_of};
use super::events::Verdict;
use super::model::Outcome;
use super::to_judge::store::{self as to_judge, Of};
use super::{stated, store};

pub use super::store::{ClaimRow, LinkRow, PinRow, VerdictRow};

/// Whether they may see an order, and so what is claimed, judged, odd and scored in it.
pub fn may_see(conn: &mut AnyConnection, asker: &Asker, order_id: &str) -> Result<bool> {
    if asker.may(Action::ViewOrders) == Grant::Any {
        return Ok(true);
    }
    let row = work_orders::reads::by_id(conn, asker.project, order_id)?;
    Ok(row.is_some_and(|row| asker.may_for(Action::ViewOrders, &row.tie(asker))))
}

/// The same where the order is what was asked for: whoever may not see it is not told that it is there.
pub fn must_see(conn: &mut AnyConnection, asker: &Asker, order_id: &str) -> Result<()> {
    if may_see(conn, asker, order_id)? { Ok(()) } else { Err(Error::not_found("the work order")) }
}

/// The same where a link was asked for.
pub fn must_see_link(conn: &mut AnyConnection, asker: &Asker, link: &str) -> Result<()> {
    let missing = || Error::not_found("the link");
    let link = store::link(conn, asker.project, link)?.ok_or_else(missing)?;
    if may_see(conn, asker, &link.order_id)? { Ok(()) } else { Err(missing()) }
}

/// The id of the order with this number, for whoever may see it; for others there is none.
pub fn visible_order(conn: &mut AnyConnection, asker: &Asker, number: &str) -> Result<String> {
    let missing = || Error::not_found(format!("work order {number}"));
    let id = work_orders::reads::find_id(conn, asker.project, number)?.ok_or_else(missing)?;
    if may_see(conn, asker, &id)? { Ok(id) } else { Err(missing()) }
}

/// The orders whose claims and exceptions a list holds for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Their ids; none where all of them are theirs to see.
    pub ids: Option<Vec<String>>,
    /// They have more orders than these, which are the [`MOST_OWN`] that changed last.
    pub is_cut: bool,
}

/// Orders of one's own that lists and counts over all of them hold.
pub const MOST_OWN: i64 = 2_000;

/// The orders that a list over all of them is about: asked of the database, so that what is of others takes no place in it.
pub fn seen_by(conn: &mut AnyConnection, asker: &Asker) -> Result<Seen> {
    if asker.may(Action::ViewOrders) == Grant::Any {
        return Ok(Seen::default());
    }
    let own = work_orders::reads::Filter::seen_by(asker);
    let mut ids = work_orders::reads::ids(conn, asker.project, &own, MOST_OWN + 1)?;
    let most = usize::try_from(MOST_OWN).unwrap_or(usize::MAX);
    let is_cut = ids.len() > most;
    ids.truncate(most);
    Ok(Seen { ids: Some(ids), is_cut })
}

/// The orders among these that they may not see.
pub fn hidden_from<'a>(
    conn: &mut AnyConnection,
    asker: &Asker,
    orders: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<String>> {
    let mut hidden = BTreeSet::new();
    for order in orders.collect::<BTreeSet<_>>() {
        if !may_see(conn, asker, order)? {
            hidden.insert(order.to_owned());
        }
    }
    Ok(hidden)
}

/// A claim with everything said about it.
#[derive(Clone, Debug)]
pub struct JudgedClaim {
    pub claim: ClaimRow,
    /// All verdicts on it, oldest first, superseded ones too.
    pub verdicts: Vec<JudgedVerdict>,
}

/// A verdict with who and when.
#[derive(Clone, Debug)]
pub struct JudgedVerdict {
    /// Who, when, and whether it still stands.
    pub row: VerdictRow,
    pub verdict: Verdict,
}

/// All claims of an order with their verdicts, in the order of the page.
pub fn judged_claims(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<JudgedClaim>> {
    let mut by_claim: BTreeMap<String, Vec<JudgedVerdict>> = BTreeMap::new();
    for row in store::verdicts_of(conn, project, order_id)? {
        by_claim.entry(row.claim_id.clone()).or_default().push(judged(row)?);
    }
    let claims = store::claims_of(conn, project, order_id)?.into_iter();
    Ok(claims
        .map(|claim| {
            let verdicts = by_claim.remove(&claim.claim_id).unwrap_or_default();
            JudgedClaim { claim, verdicts }
        })
        .collect())
}

/// Supported verdicts that stand, newest first, of the orders that a list holds for them ([`seen_by`]); on one claim if one is named,
/// whose order is asked about by itself.
pub fn newest_supported(
    conn: &mut AnyConnection,
    asker: &Asker,
    claim_id: Option<&str>,
    limit: i64,
) -> Result<Vec<JudgedVerdict>> {
    let orders = if claim_id.is_some() { None } else { seen_by(conn, asker)?.ids };
    let rows = store::newest_supported(conn, asker.project, (claim_id, orders), limit)?;
    rows.into_iter().map(judged).collect()
}

/// One claim with its verdicts.
pub fn judged_claim(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
) -> Result<Option<JudgedClaim>> {
    let Some(claim) = store::claim(conn, project, claim_id)? else {
        return Ok(None);
    };
    let rows = store::verdicts_on(conn, project, claim_id)?;
    let verdicts = rows.into_iter().map(judged).collect::<Result<_>>()?;
    Ok(Some(JudgedClaim { claim, verdicts }))
}

/// The newest claims that somebody may see.
#[derive(Clone, Debug, Default)]
pub struct NewestClaims {
    /// Newest first; only what somebody made and nobody took back.
    pub rows: Vec<ClaimRow>,
    /// There are older ones.
    pub is_cut: bool,
    /// They are those of the [`MOST_OWN`] orders of theirs that changed last ([`Seen::is_cut`]).
    pub of_newest_orders: bool,
}

/// The `limit` newest claims of the orders that somebody may see: those of others take no place in it.
pub fn newest_claims(conn: &mut AnyConnection, asker: &Asker, limit: i64) -> Result<NewestClaims> {
    let seen = seen_by(conn, asker)?;
    let mut rows = store::newest_claims(conn, asker.project, seen.ids, limit)?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    rows.retain(|row| !row.unclaimed);
    Ok(NewestClaims { rows, is_cut, of_newest_orders: seen.is_cut })
}

/// One claim without what was said of it.
pub fn claim(conn: &mut AnyConnection, project: ProjectKey, claim_id: &str) -> Result<Option<ClaimRow>> {
    store::claim(conn, project, claim_id)
}

/// The claims an order makes by its ticks and criteria, then those that people stated about it; as of a moment if one
/// is given.
pub fn claims_made(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    as_of: Option<Timestamp>,
) -> Result<Vec<Claim>> {
    let stated = stated::reads::of_order(conn, project, &order.id, as_of)?;
    Ok(claims_of(order).into_iter().chain(stated.into_iter().map(|one| one.claim)).collect())
}

fn judged(row: VerdictRow) -> Result<JudgedVerdict> {
    let verdict = serde_json::from_str(&row.record)?;
    Ok(JudgedVerdict { row, verdict })
}

/// What the standing ones among these verdicts of one claim say together; what a later one replaced counts nothing.
pub fn standing(verdicts: &[JudgedVerdict]) -> &'static str {
    let replaced: BTreeSet<&str> = verdicts.iter().filter_map(|v| v.verdict.supersedes.as_deref()).collect();
    let stands = |v: &&JudgedVerdict| !replaced.contains(v.row.verdict_id.as_str());
    let says = |outcome| verdicts.iter().filter(stands).any(|v| v.verdict.outcome == outcome);
    match (says(Outcome::Supported), says(Outcome::Refuted), says(Outcome::NotEnoughInformation)) {
        (true, true, _) => "disputed",
        (true, false, _) => "supported",
        (false, true, _) => "refuted",
        (false, false, true) => "not_enough_information",
        (false, false, false) => "open",
    }
}

/// Which claims the queue shows.
#[derive(Clone, Debug, Default)]
pub struct QueueFilter {
    /// Claims that stand so; none for all.
    pub standing: Option<String>,
    pub order_id: Option<String>,
    /// Where no order is named, only claims of these ([`Seen::ids`]).
    pub seen: Option<Vec<String>>,
    /// Instead of claims to judge, the statements that nobody gave weight.
    pub weightless: bool,
}

/// A claim in the queue, with the number of its order.
#[derive(Clone, Debug)]
pub struct QueuedClaim {
    pub claim: ClaimRow,
    /// Number of its order.
    pub number: String,
    /// Its order was closed without anybody verifying it, so that nothing waits for this verdict any more.
    pub is_past: bool,
}

/// How far the judging has come, over the claims to judge ([`Claim::is_to_judge`]), as the queue holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Those with a verdict.
    pub judged: i64,
    pub total: i64,
}

impl Progress {
    /// Those without one.
    pub fn open(self) -> i64 {
        self.total - self.judged
    }

    /// The same in words: what is counted no further is said so.
    pub fn open_words(self) -> String {
        counted_words(self.open())
    }

    /// All of them in words.
    pub fn total_words(self) -> String {
        let mark = if self.open() >= to_judge::COUNTED { "+" } else { "" };
        format!("{}{mark}", self.total)
    }
}

/// A number of claims to judge: `10000+` where counting ended.
pub fn counted_words(count: i64) -> String {
    if count >= to_judge::COUNTED { format!("{}+", to_judge::COUNTED) } else { count.to_string() }
}

/// The claims to judge: disputes and critical ones first, then what cannot be judged yet, and last what is left open in orders
/// that were closed without verification; at most 300.
pub fn queue(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &QueueFilter,
) -> Result<Vec<QueuedClaim>> {
    let of = Of::named(filter.order_id.as_deref(), filter.seen.as_deref());
    let mut claims = if filter.weightless {
        to_judge::weightless(conn, project, of)?
    } else {
        to_judge::queue(conn, project, filter.standing.as_deref(), of)?
    };
    claims.sort_by_key(|c| (c.unattested, !is_exception(c), -c.materiality));
    let mut orders: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let mut queued = Vec::with_capacity(claims.len());
    for claim in claims {
        if !orders.contains_key(&claim.order_id) {
            let row = work_orders::reads::by_id(conn, project, &claim.order_id)?;
            let known = row.map(|row| (row.number.clone(), row.status() == Status::Closed));
            orders.insert(claim.order_id.clone(), known.unwrap_or_default());
        }
        let (number, is_closed) = orders.get(&claim.order_id).cloned().unwrap_or_default();
        // A verified order has a verdict on each of its claims, but for what was stated or given weight afterwards.
        let is_past = is_closed && claim.standing == "open" && !claim.is_stated();
        queued.push(QueuedClaim { claim, number, is_past });
    }
    queued.sort_by_key(|queued| queued.is_past);
    Ok(queued)
}

/// Whether a queue is as long as one gets, so that there may be more.
pub fn is_cut(queue: &[QueuedClaim]) -> bool {
    i64::try_from(queue.len()).is_ok_and(|count| count >= to_judge::MOST)
}

fn is_exception(claim: &ClaimRow) -> bool {
    claim.standing == "disputed" || claim.standing == "refuted"
}

/// How many of the claims to judge have a verdict; of one order if one is named. Neither those with one nor those without
/// are counted beyond ten thousand.
pub fn progress(conn: &mut AnyConnection, project: ProjectKey, order_id: Option<&str>) -> Result<Progress> {
    let (judged, open) = to_judge::progress(conn, project, Of::named(order_id, None))?;
    Ok(Progress { judged, total: judged + open })
}

/// Whether anybody gave a verdict yet.
pub fn has_verdict(conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
    to_judge::has_verdict(conn, project)
}

/// How many claims have no verdict in all projects together, those of closed orders among them. Counted up to ten
/// thousand.
pub fn open_anywhere(conn: &mut AnyConnection) -> Result<i64> {
    to_judge::open_anywhere(conn)
}

/// How far the judging has come, over the orders that a list holds for them ([`seen_by`]): of one if one is named.
pub fn progress_seen_by(conn: &mut AnyConnection, asker: &Asker, order_id: Option<&str>) -> Result<Progress> {
    if order_id.is_some() {
        return progress(conn, asker.project, order_id);
    }
    let seen = seen_by(conn, asker)?;
    let (judged, open) = to_judge::progress(conn, asker.project, Of::named(None, seen.ids.as_deref()))?;
    Ok(Progress { judged, total: judged + open })
}

/// One verdict, by its id.
pub fn verdict(
    conn: &mut AnyConnection,
    project: ProjectKey,
    verdict_id: &str,
) -> Result<Option<JudgedVerdict>> {
    store::verdict(conn, project, verdict_id)?.map(judged).transpose()
}

/// The order folded from its events, for features that know it only through audit.
pub fn order(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Order> {
    work_orders::reads::load(conn, project, order_id, as_of)
}

/// The id of the order with a number.
pub fn order_id(conn: &mut AnyConnection, project: ProjectKey, number: &str) -> Result<Option<String>> {
    work_orders::reads::find_id(conn, project, number)
}

/// Standing links of an order, oldest first.
pub fn links_of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Vec<LinkRow>> {
    store::links_of(conn, project, order_id)
}

/// Standing links that name a trace.
pub fn links_to(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<LinkRow>> {
    store::links_to(conn, project, trace_id)
}

/// Those of these traces that some order links.
pub fn linked_among(conn: &mut AnyConnection, project: ProjectKey, traces: &[String]) -> Result<Vec<String>> {
    store::linked_among(conn, project, traces)
}

/// The pins of an order.
pub fn pins_of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Vec<PinRow>> {
    store::pins_of(conn, project, order_id)
}

/// How a linked trace stands against what was pinned of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceState {
    /// Nothing is pinned yet: it may still grow.
    Waiting,
    /// What is stored is what was pinned.
    Pinned,
    /// Observations came after the pin; neutral.
    Grown,
    /// A pinned revision was superseded or is gone; alarm.
    Altered,
    /// The trace was erased on purpose, and the ledger says by whom and why.
    Erased,
}

impl EvidenceState {
    /// The word on the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Pinned => "pinned",
            Self::Grown => "grown",
            Self::Altered => "altered",
            Self::Erased => "erased",
        }
    }
}

/// Compares the pins of one trace with its current revisions.
///
/// An observation counts as altered when none of the revisions pinned of it is the current one.
pub fn evidence_state(pinned: &[(String, Digest)], current: &[(String, Digest)]) -> EvidenceState {
    if pinned.is_empty() {
        return EvidenceState::Waiting;
    }
    let current_set: BTreeSet<&(String, Digest)> = current.iter().collect();
    let intact: BTreeSet<&str> = pinned
        .iter()
        .filter(|pin| current_set.contains(pin))
        .map(|(observation, _)| observation.as_str())
        .collect();
    if pinned.iter().any(|(observation, _)| !intact.contains(observation.as_str())) {
        return EvidenceState::Altered;
    }
    let grown = current.iter().any(|(observation, _)| !intact.contains(observation.as_str()));
    if grown { EvidenceState::Grown } else { EvidenceState::Pinned }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grown_is_neutral_and_altered_is_an_alarm() {
        let revision = |observation: &str, byte: u8| (observation.to_owned(), Digest([byte; 32]));
        let pinned = [revision("a", 1), revision("b", 2)];
        let state = |current: &[(String, Digest)]| evidence_state(&pinned, current);
        assert_eq!(evidence_state(&[], &pinned), EvidenceState::Waiting);
        assert_eq!(state(&pinned), EvidenceState::Pinned);
        assert_eq!(state(&[revision("a", 1), revision("b", 2), revision("c", 3)]), EvidenceState::Grown);
        assert_eq!(state(&[revision("a", 1), revision("b", 9), revision("c", 3)]), EvidenceState::Altered);
        assert_eq!(state(&[revision("a", 1)]), EvidenceState::Altered);
        let repinned = [revision("a", 1), revision("a", 5)];
        assert_eq!(evidence_state(&repinned, &[revision("a", 5)]), EvidenceState::Pinned);
    }
}
