//! Everything the page of one claim shows, loaded in one go.

use std::collections::BTreeSet;

use crate::audit::checks::{self, CheckResult, Pin};
use crate::audit::evidence::{self, BodyText, TreeRow};
use crate::audit::reads::{self, JudgedClaim, LinkRow, Progress};
use crate::audit::stated::{Facts, Stated, reads as stated};
use crate::db::AnyConnection;
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::ledger;
use crate::state::App;
use crate::work_orders;

use super::marks::{Piece, pieces};

/// Which evidence is opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The trace; empty for the first linked one.
    pub trace: String,
    /// The observation; empty for the linked one or the first.
    pub observation: String,
}

/// A claim with its evidence, as its page shows it.
#[derive(Clone, Debug)]
pub struct ClaimView {
    pub judged: JudgedClaim,
    /// Number of its order.
    pub number: String,
    /// The statement with its quote, and what the rules ask about it, when the claim was stated.
    pub stated: Option<(Stated, Facts)>,
    /// Linked traces, those of the claim itself first.
    pub traces: Vec<String>,
    /// Which one and which observation are open; empty when nothing is linked.
    pub opened: Opened,
    /// The open trace.
    pub tree: Vec<TreeRow>,
    /// The open observation's bodies, cut at quoted words.
    pub bodies: Vec<ShownBody>,
    /// What checks found.
    pub facts: Vec<CheckResult>,
    /// How far the order is judged.
    pub progress: Progress,
    /// Place of the newest verdict in the ledger, if it has one.
    pub leaf: Option<u64>,
    /// What was pinned of the opened observation, where something else is stored now.
    pub altered: Option<String>,
    /// When, by whom and why the opened trace was erased, and the leaf that records it.
    pub erased: Option<(String, Option<u64>)>,
    /// Size and root of the newest checkpoint.
    pub head: Option<(u64, Digest)>,
}

/// A body on the page.
#[derive(Clone, Debug)]
pub struct ShownBody {
    /// `input`, `output` or `metadata`.
    pub field: &'static str,
    /// Its words, quoted ones apart.
    pub pieces: Vec<Piece>,
}

/// Loads what the page of a claim shows.
pub async fn load(
    app: &App,
    project: ProjectKey,
    claim_id: &str,
    wanted: Opened,
    viewer: &str,
) -> Result<ClaimView> {
    let (claim_id, viewer) = (claim_id.to_owned(), viewer.to_owned());
    let mut view = app.db.read(move |conn| read(conn, project, &claim_id, wanted, &viewer)).await?;
    if !view.opened.observation.is_empty() {
        let (trace, observation) = (&view.opened.trace, &view.opened.observation);
        let bodies = evidence::bodies(app, project, trace, observation).await?;
        add_bodies(&mut view, bodies);
    }
    Ok(view)
}

fn read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
    wanted: Opened,
    viewer: &str,
) -> Result<ClaimView> {
    let judged =
        reads::judged_claim(conn, project, claim_id)?.ok_or_else(|| Error::not_found("the claim"))?;
    let order_id = judged.claim.order_id.clone();
    let links = sorted_links(reads::links_of(conn, project, &order_id)?, &judged);
    let stated = stated_of(conn, project, &judged, viewer)?;
    let (traces, opened) = open(&links, wanted_or_quoted(wanted, stated.as_ref()));
    let tree =
        if opened.trace.is_empty() { Vec::new() } else { evidence::tree(conn, project, &opened.trace)? };
    let opened = first_observation(opened, &tree);
    let pinned = evidence::pinned_and_now(conn, project, &order_id, &opened.trace)?;
    let erased = if tree.is_empty() { evidence::erased(conn, project, &opened.trace)? } else { None };
    let newest = judged.verdicts.last().map(|verdict| verdict.row.event_id.clone());
    Ok(ClaimView {
        number: number_of(conn, project, &order_id)?,
        facts: if erased.is_some() { Vec::new() } else { digests(&pinned).into_iter().collect() },
        progress: reads::progress(conn, project, Some(&order_id))?,
        altered: altered(&pinned, &opened.observation),
        erased,
        leaf: newest.map(|event| ledger::reads::leaf_index(conn, &event)).transpose()?.flatten(),
        head: ledger::reads::latest_checkpoint(conn)?.map(|it| (it.head.size, it.head.root)),
        bodies: Vec::new(),
        judged,
        stated,
        traces,
        opened,
        tree,
    })
}

fn stated_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    judged: &JudgedClaim,
    viewer: &str,
) -> Result<Option<(Stated, Facts)>> {
    let Some(one) = stated::one(conn, project, &judged.claim)? else { return Ok(None) };
    Ok(Some((one, stated::facts_of(conn, project, &judged.claim, viewer)?)))
}

/// A stated claim opens at the words it rests on.
fn wanted_or_quoted(wanted: Opened, stated: Option<&(Stated, Facts)>) -> Opened {
    match stated {
        Some((one, _)) if wanted.trace.is_empty() => {
            let evidence = &one.quote.evidence;
            Opened { trace: evidence.trace_id.clone(), observation: evidence.observation_id.clone() }
        }
        _ => wanted,
    }
}

fn number_of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<String> {
    Ok(work_orders::reads::by_id(conn, project, order_id)?.map(|row| row.number).unwrap_or_default())
}

/// The claim's own links stand before those of the order and of its other parts.
fn sorted_links(mut links: Vec<LinkRow>, judged: &JudgedClaim) -> Vec<LinkRow> {
    links.sort_by_key(|link| {
        if link.target_id == judged.claim.target_id {
            0
        } else if link.target_kind == "order" {
            1
        } else {
            2
        }
    });
    links
}

fn open(links: &[LinkRow], wanted: Opened) -> (Vec<String>, Opened) {
    let mut seen = BTreeSet::new();
    let traces: Vec<String> =
        links.iter().filter(|link| seen.insert(&link.trace_id)).map(|link| link.trace_id.clone()).collect();
    let known = traces.iter().find(|trace| **trace == wanted.trace).or_else(|| traces.first());
    let trace = known.cloned().unwrap_or_default();
    let same = trace == wanted.trace && !wanted.observation.is_empty();
    let linked = links.iter().find(|link| link.trace_id == trace && !link.observation_id.is_empty());
    let observation = if same {
        wanted.observation
    } else {
        linked.map(|it| it.observation_id.clone()).unwrap_or_default()
    };
    (traces, Opened { trace, observation })
}

fn first_observation(opened: Opened, tree: &[TreeRow]) -> Opened {
    if tree.iter().any(|row| row.id == opened.observation) {
        return opened;
    }
    Opened { observation: tree.first().map(|row| row.id.clone()).unwrap_or_default(), ..opened }
}

fn digests(pinned: &[(String, Digest, Option<Digest>)]) -> Option<CheckResult> {
    let pins: Vec<Pin<'_>> =
        pinned.iter().map(|(id, pinned, now)| Pin { id, pinned: *pinned, now: *now }).collect();
    (!pins.is_empty()).then(|| checks::digests_unchanged(&pins))
}

fn add_bodies(view: &mut ClaimView, bodies: Vec<BodyText>) {
    let texts: Vec<&str> = bodies.iter().map(|body| body.text.as_str()).collect();
    view.facts.push(checks::numbers_and_names(&view.judged.claim.statement, &texts));
    view.bodies = bodies
        .iter()
        .map(|body| ShownBody { field: body.field, pieces: pieces(&body.text, quoted_in(view, body)) })
        .collect();
}

/// Byte ranges of this body that the claim or verdicts on it quote.
fn quoted_in(view: &ClaimView, body: &BodyText) -> Vec<std::ops::Range<usize>> {
    let verdicts = view.judged.verdicts.iter().filter(|verdict| verdict.row.superseded_by.is_none());
    let own = view.stated.iter().map(|(one, _)| &one.quote);
    let quotes = own.chain(verdicts.flat_map(|verdict| &verdict.verdict.quotes));
    quotes
        .filter(|quote| {
            quote.evidence.body_digest == body.digest
                && quote.evidence.observation_id == view.opened.observation
        })
        .filter_map(|quote| {
            let start = usize::try_from(quote.byte_start).ok()?;
            Some(start..start.checked_add(usize::try_from(quote.byte_length).ok()?)?)
        })
        .collect()
}

fn altered(pinned: &[(String, Digest, Option<Digest>)], opened: &str) -> Option<String> {
    let (_, then, now) = pinned.iter().find(|(observation, _, _)| observation == opened)?;
    (*now != Some(*then)).then(|| then.to_hex())
}
