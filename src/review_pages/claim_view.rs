//! Everything the page of one claim shows, loaded in one go.

use super::recorded::Recorded;
use crate::audit::checks::{self, CheckResult, Pin};
use crate::audit::claim_facts::{Known, claim_in};
use crate::audit::evidence::{self, BodyText, GivenBody, TreeRow};
use crate::audit::model::Outcome;
use crate::audit::reads::{self, JudgedClaim};
use crate::audit::stated::{Facts, Stated, reads as stated};
use crate::audit::verdict;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Digest, Error, Result};
use crate::ledger::{self, Event};
use crate::state::App;
use crate::work_orders;
use crate::work_orders::model::{FilePlace, Order, OrderFile, Target};

use super::linked::{Linked, LinkedTrace};
use super::marks::{Piece, pieces};
use super::walk::{Scope, Walk};

/// Which evidence is opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The trace; empty for the quoted one, or the first of the claim's own.
    pub trace: String,
    /// The observation; empty for the quoted or linked one, or the first.
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
    pub linked: Linked,
    /// What the order records about the claim's place.
    pub recorded: Recorded,
    /// Files that are evidence of the claim: of its place, or of the step that its item stands in.
    pub files: Vec<OrderFile>,
    /// Which trace and which observation are open; empty when none is.
    pub opened: Opened,
    /// The open trace.
    pub tree: Vec<TreeRow>,
    /// The open observation's bodies, cut at quoted words.
    pub bodies: Vec<ShownBody>,
    /// What was given to the open trace itself.
    pub given: Vec<GivenBody>,
    /// What checks found in the claim's own evidence, never in what is linked elsewhere.
    pub facts: Vec<CheckResult>,
    /// The way through the queue, and how far that is judged.
    pub walk: Walk,
    /// Why each outcome is not theirs to give; in the order of the form.
    pub refused: [Option<String>; 3],
    /// Whether names and verdicts are hidden until the reader has signed.
    pub is_blind: bool,
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

impl ClaimView {
    /// The open trace, and whether it is evidence of this claim.
    pub fn shown(&self) -> Option<(&LinkedTrace, bool)> {
        self.linked.find(&self.opened.trace)
    }

    /// Whether what is open is evidence of this claim.
    pub fn shows_own(&self) -> bool {
        self.shown().is_some_and(|(_, is_own)| is_own)
    }

    /// Verdicts of others that are hidden for now.
    pub fn hidden_verdicts(&self) -> usize {
        if self.is_blind { self.judged.verdicts.len() } else { 0 }
    }
}

/// What a page asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub claim: String,
    pub opened: Opened,
    pub scope: Scope,
    /// Whether the reader judges blind.
    pub is_blind: bool,
}

/// Loads what the page of a claim shows to whoever asks.
pub async fn load(app: &App, asker: &Asker, wanted: Wanted) -> Result<ClaimView> {
    let who = asker.clone();
    let mut view = app.db.read(move |conn| read(conn, &who, wanted)).await?;
    if !view.opened.observation.is_empty() {
        let (trace, observation) = (&view.opened.trace, &view.opened.observation);
        let bodies = evidence::bodies(app, asker.project, trace, observation).await?;
        add_bodies(&mut view, &bodies);
        view.given = evidence::given(app, asker.project, &view.opened.trace).await?;
    }
    Ok(view)
}

fn read(conn: &mut AnyConnection, asker: &Asker, wanted: Wanted) -> Result<ClaimView> {
    let project = asker.project;
    let judged =
        reads::judged_claim(conn, project, &wanted.claim)?.ok_or_else(|| Error::not_found("the claim"))?;
    let order_id = judged.claim.order_id.clone();
    reads::must_see(conn, asker, &order_id)?;
    let events = work_orders::reads::history(conn, project, &order_id, None)?;
    let order = work_orders::reads::fold_events(&events)?;
    let links = reads::links_of(conn, project, &order_id)?;
    let target = format!("{}:{}", judged.claim.target_kind, judged.claim.target_id).parse::<Target>().ok();
    let linked = Linked::read(conn, asker, &order, target.as_ref(), judged.claim.made_at, &links)?;
    let stated = stated_of(conn, asker, &judged)?;
    let is_blind = super::blind::hides(wanted.is_blind, asker, &judged.verdicts);
    let quoted = if is_blind { None } else { quoted(&judged) }.or_else(|| quoted_by(stated.as_ref()));
    let (opened, tree) = with_tree(conn, asker, open(&linked, wanted.opened, quoted))?;
    let erased = if tree.is_empty() { evidence::erased(conn, project, &opened.trace)? } else { None };
    let pinned = evidence::pinned_and_now(conn, project, &order_id, &opened.trace)?;
    let newest = judged.verdicts.last().map(|verdict| verdict.row.event_id.clone());
    Ok(ClaimView {
        number: order.number.to_string(),
        facts: digests(conn, asker, &order_id, &linked)?.into_iter().collect(),
        files: files_of(&order, target.as_ref()),
        recorded: recorded_of(&order, &events, target.as_ref(), &judged, stated.is_some()),
        walk: Walk::read(conn, asker, &judged.claim, wanted.scope)?,
        refused: refused(conn, asker, &order, &judged, (&linked, &tree))?,
        altered: altered(&pinned, &opened.observation),
        erased,
        leaf: newest.map(|event| ledger::reads::leaf_index(conn, &event)).transpose()?.flatten(),
        head: ledger::reads::latest_checkpoint(conn)?.map(|it| (it.head.size, it.head.root)),
        bodies: Vec::new(),
        given: Vec::new(),
        judged,
        stated,
        linked,
        opened,
        tree,
        is_blind,
    })
}

/// A statement is its author's own words about a place, so nothing that was recorded there is what it claims.
fn recorded_of(
    order: &Order,
    events: &[Event],
    target: Option<&Target>,
    judged: &JudgedClaim,
    is_stated: bool,
) -> Recorded {
    let target = target.filter(|_| !is_stated);
    target.map(|target| Recorded::of(order, events, target, &judged.claim.claim_id)).unwrap_or_default()
}

fn files_of(order: &Order, target: Option<&Target>) -> Vec<OrderFile> {
    let step = target.and_then(|target| order.step_of(target)).map(|step| FilePlace::Step(step.id.clone()));
    let places: Vec<FilePlace> = target.cloned().map(FilePlace::from).into_iter().chain(step).collect();
    let mut files: Vec<OrderFile> =
        order.gathered.evidence().filter(|file| places.contains(&file.place)).cloned().collect();
    files.dedup_by(|a, b| a.id == b.id);
    files
}

/// Why each outcome may not be given by this person, in words; nothing where it may.
fn refused(
    conn: &mut AnyConnection,
    asker: &Asker,
    order: &Order,
    judged: &JudgedClaim,
    (linked, open): (&Linked, &[TreeRow]),
) -> Result<[Option<String>; 3]> {
    let outcomes = [Outcome::Supported, Outcome::Refuted, Outcome::NotEnoughInformation];
    let claim = match claim_in(order, &judged.claim) {
        Ok(claim) => claim,
        Err(gone) => return Ok(outcomes.map(|_| Some(gone.to_string()))),
    };
    let known = Known::read(conn, asker, order, &claim)?;
    let is_quotable = is_quotable(conn, asker, linked, open)?;
    let may = |outcome| verdict::may_give_on(asker, &known.facts(), outcome, is_quotable);
    Ok(outcomes.map(|outcome| may(outcome).err().map(|why| why.to_string())))
}

/// Whether a trace that the order links holds anything, so that words of it can be quoted.
fn is_quotable(conn: &mut AnyConnection, asker: &Asker, linked: &Linked, open: &[TreeRow]) -> Result<bool> {
    if !open.is_empty() {
        return Ok(true);
    }
    for one in linked.own.iter().chain(&linked.elsewhere) {
        if !evidence::tree(conn, asker.project, &one.trace)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn stated_of(
    conn: &mut AnyConnection,
    asker: &Asker,
    judged: &JudgedClaim,
) -> Result<Option<(Stated, Facts)>> {
    let Some(one) = stated::one(conn, asker.project, &judged.claim)? else { return Ok(None) };
    Ok(Some((one, stated::facts_of(conn, asker.project, &judged.claim, asker.id())?)))
}

/// Where the words of the newest standing verdict are read.
fn quoted(judged: &JudgedClaim) -> Option<Opened> {
    let standing = judged.verdicts.iter().rev().filter(|verdict| verdict.row.superseded_by.is_none());
    let quote = standing.flat_map(|verdict| &verdict.verdict.quotes).next()?;
    let evidence = &quote.evidence;
    Some(Opened { trace: evidence.trace_id.clone(), observation: evidence.observation_id.clone() })
}

/// Where the words are read that a stated claim was made from.
fn quoted_by(stated: Option<&(Stated, Facts)>) -> Option<Opened> {
    let evidence = &stated?.0.quote.evidence;
    Some(Opened { trace: evidence.trace_id.clone(), observation: evidence.observation_id.clone() })
}

/// What was asked for, then what is quoted, then the claim's own evidence. What is linked elsewhere is opened only when
/// it was asked for or quoted.
fn open(linked: &Linked, wanted: Opened, quoted: Option<Opened>) -> Opened {
    let is_known = |opened: &Opened| linked.find(&opened.trace).is_some();
    if let Some(opened) = Some(wanted).filter(is_known).or_else(|| quoted.filter(is_known)) {
        let linked = linked.find(&opened.trace).map(|(one, _)| one.observation.clone());
        let observation = Some(opened.observation).filter(|id| !id.is_empty()).or(linked);
        return Opened { observation: observation.unwrap_or_default(), trace: opened.trace };
    }
    let first = linked.own.first();
    first
        .map(|one| Opened { trace: one.trace.clone(), observation: one.observation.clone() })
        .unwrap_or_default()
}

fn with_tree(conn: &mut AnyConnection, asker: &Asker, opened: Opened) -> Result<(Opened, Vec<TreeRow>)> {
    if opened.trace.is_empty() {
        return Ok((opened, Vec::new()));
    }
    let tree = evidence::tree(conn, asker.project, &opened.trace)?;
    Ok((first_observation(opened, &tree), tree))
}

fn first_observation(opened: Opened, tree: &[TreeRow]) -> Opened {
    if tree.iter().any(|row| row.id == opened.observation) {
        return opened;
    }
    Opened { observation: tree.first().map(|row| row.id.clone()).unwrap_or_default(), ..opened }
}

/// Whether the claim's own evidence is as it was pinned; erased traces say nothing.
fn digests(
    conn: &mut AnyConnection,
    asker: &Asker,
    order_id: &str,
    linked: &Linked,
) -> Result<Option<CheckResult>> {
    let mut pinned = Vec::new();
    for one in &linked.own {
        if evidence::erased(conn, asker.project, &one.trace)?.is_none() {
            pinned.extend(evidence::pinned_and_now(conn, asker.project, order_id, &one.trace)?);
        }
    }
    let pins: Vec<Pin<'_>> =
        pinned.iter().map(|(id, pinned, now)| Pin { id, pinned: *pinned, now: *now }).collect();
    Ok((!pins.is_empty()).then(|| checks::digests_unchanged(&pins)))
}

fn add_bodies(view: &mut ClaimView, bodies: &[BodyText]) {
    let texts: Vec<&str> = bodies.iter().map(|body| body.text.as_str()).collect();
    if view.shows_own() {
        view.facts.push(checks::numbers_and_names(&view.judged.claim.statement, &texts));
    }
    view.bodies = bodies
        .iter()
        .map(|body| ShownBody { field: body.field, pieces: pieces(&body.text, quoted_in(view, body)) })
        .collect();
}

/// Byte ranges of this body that the claim or verdicts on it quote.
fn quoted_in(view: &ClaimView, body: &BodyText) -> Vec<std::ops::Range<usize>> {
    let seen = if view.is_blind { &[][..] } else { view.judged.verdicts.as_slice() };
    let verdicts = seen.iter().filter(|verdict| verdict.row.superseded_by.is_none());
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
