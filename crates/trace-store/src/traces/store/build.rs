//! From the arrivals of one trace, and what is stored of it, to the rows to write.
//!
//! Done before the queue with nothing stored, which is right for a new trace; done again inside the transaction when the
//! trace is known already.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::foundation::ids::random_bytes;
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};
use crate::hours::marks::hour_of;
use crate::series::Contributions;
use crate::traces::hooks::{Arrived, WorkRef};
use packing::{Blobs, Header, Pack, PackBuilder, PackId, Piece, Refs, Role};
use prices::book::Book;
use trace_model::image;
use trace_model::merge::{Part, fold_observation};
use trace_model::{Arrival, BodyRole, Observation};

use super::columns;
use super::cost;
use super::group::Group;
use super::inherit::{self, Heir};
use super::measure::{self, Becomes};
use super::nesting::{self, Flip, TreeRow};
use super::recognise::OwnRules;
use super::rows::{StoredArrival, StoredObservation, StoredPack, StoredReceipt, StoredRevision, StoredTrace};
use super::shares::{self, Shares, Shelf};
use super::summary::{self, State, Sums};

/// What all groups of a request share.
#[derive(Clone, Debug)]
pub struct Scope {
    pub project: ProjectKey,
    /// When the request came.
    pub now: Timestamp,
    /// Bodies longer than this lie in object storage.
    pub blob_threshold: usize,
    /// What calls cost, where the client does not say.
    pub book: Arc<Book>,
    /// What names calls that do not name themselves; read anew with each part.
    pub rules: OwnRules,
}

/// An arrival that is stored already.
#[derive(Clone, Debug)]
pub(super) struct KnownArrival {
    pub(super) part: Part,
    pub(super) event_ns: i64,
    pub(super) refs: Refs,
    /// Whether it has a row of its own in `arrivals`.
    pub(super) has_row: bool,
    /// Arrivals of now that repeat it, read with a better mapping.
    pub(super) repeats: Vec<Digest>,
}

/// What is stored of a trace, as far as a request touches it.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) trace: Option<StoredTrace>,
    pub(super) declared: BTreeSet<Digest>,
    pub(super) observations: BTreeMap<String, StoredObservation>,
    pub(super) arrivals: HashMap<String, Vec<KnownArrival>>,
    /// All of its observations, where what came may change which of them count or whose they are.
    pub(super) tree: Option<BTreeMap<String, TreeRow>>,
    /// The same where only the session of the trace may change.
    pub(super) moved: Option<BTreeMap<String, TreeRow>>,
}

impl Known {
    /// What is known of a trace that is new.
    pub(super) fn nothing() -> Self {
        Self { tree: Some(BTreeMap::new()), ..Self::default() }
    }
}

/// The rows to write.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) trace: StoredTrace,
    pub(super) pack: StoredPack,
    pub(super) receipt: StoredReceipt,
    pub(super) observations: Vec<StoredObservation>,
    /// Stored observations that nothing came for and that count now or no longer do.
    pub(super) flips: Vec<Flip>,
    /// Stored observations that nothing came for and that are somebody else's now.
    pub(super) heirs: Vec<Heir>,
    pub(super) arrivals: Vec<StoredArrival>,
    pub(super) revisions: Vec<StoredRevision>,
    pub(super) blobs: Blobs,
    /// The digests of the pieces that lie in object storage.
    pub(super) big: BTreeSet<Digest>,
    pub(super) arrived: Arrived,
    pub(super) shelf: Shelf,
    /// The hours whose sums change: of the trace and its observations, as they were and as they are.
    pub(super) hours: BTreeSet<i64>,
    /// What the series of the fleet change by.
    pub(super) series: Contributions,
    /// Its own pack, if it offers something, and those it shares pieces of.
    pub(super) packs: Vec<PackId>,
}

impl Built {
    /// The packs of others that it needs.
    pub(super) fn needs(&self) -> impl Iterator<Item = &PackId> {
        self.packs.iter().filter(|pack| pack.0.as_slice() != self.pack.pack)
    }
}

struct Work<'a> {
    scope: &'a Scope,
    group: &'a Group,
    known: &'a Known,
    shelf: Shelf,
    pack: PackBuilder<'a>,
    news: usize,
    state: State,
    before: BTreeSet<String>,
    trace_pieces: Vec<Piece>,
    rows: BTreeMap<String, StoredObservation>,
    arrivals: Vec<StoredArrival>,
    revisions: Vec<StoredRevision>,
    new_revisions: Vec<u8>,
    named: BTreeSet<WorkRef>,
    flips: Vec<Flip>,
    heirs: Vec<Heir>,
}

/// The rows to write; `None` when everything is stored already.
pub(super) fn build(scope: &Scope, group: &Group, known: &Known, shares: &Shares) -> Result<Option<Built>> {
    let (state, before) = hear(group, known)?;
    let shelf = Shelf::of(&group.trace_id, state.fold.session_id());
    let mut work = Work {
        scope,
        group,
        known,
        pack: PackBuilder::new(PackId::new(scope.now), scope.blob_threshold).sharing(shares.of(&shelf)),
        shelf,
        news: 0,
        state,
        before,
        trace_pieces: Vec::new(),
        rows: BTreeMap::new(),
        arrivals: Vec::new(),
        revisions: Vec::new(),
        new_revisions: Vec::new(),
        named: BTreeSet::new(),
        flips: Vec::new(),
        heirs: Vec::new(),
    };
    work.hear_declared();
    for (id, arrivals) in &group.observations {
        work.hear_observation(id, arrivals)?;
    }
    if work.news == 0 { Ok(None) } else { work.finish().map(Some) }
}

/// What is known of the trace together with what the group says, and the work orders it named before. Hearing again what
/// was heard changes nothing.
pub(super) fn hear(group: &Group, known: &Known) -> Result<(State, BTreeSet<String>)> {
    let mut state = State::default();
    for (arrival, facts) in &group.declared {
        state.fold.hear(arrival.stamp(), facts);
        facts.timestamp_ns.into_iter().for_each(|ns| state.hear_time(ns));
    }
    for (arrival, facts, trace) in group.observations.values().flatten() {
        if let Some(trace) = trace {
            state.fold.hear(arrival.stamp(), trace);
        }
        facts.start_ns.into_iter().for_each(|ns| state.hear_time(ns));
        facts.end_ns.into_iter().for_each(|ns| state.hear_end(ns));
        state.models.extend(facts.model.iter().map(|model| columns::text(model)));
    }
    let mut before = BTreeSet::new();
    if let Some(old) = &known.trace {
        let old: State = serde_json::from_slice(&old.state)?;
        before = old.fold.view().work_refs.into_iter().map(|work_ref| work_ref.text).collect();
        state.join(&old);
    }
    state.keep_few_models();
    Ok((state, before))
}

impl Work<'_> {
    fn hear_declared(&mut self) {
        for (arrival, _) in &self.group.declared {
            if self.known.declared.contains(&arrival.digest) {
                continue;
            }
            let refs = self.place(arrival, None);
            self.note_trace_pieces(&refs);
            self.keep_arrival("", arrival.event_ns, &refs);
            self.news += 1;
        }
    }

    fn hear_observation(
        &mut self,
        id: &str,
        arrivals: &[(Arrival, Observation, Option<trace_model::TraceFacts>)],
    ) -> Result<()> {
        let known = self.known.arrivals.get(id).map(Vec::as_slice).unwrap_or_default();
        let heard: BTreeSet<Digest> = known
            .iter()
            .flat_map(|known| known.repeats.iter().chain([&known.part.digest]))
            .copied()
            .collect();
        let new: Vec<_> = arrivals.iter().filter(|(arrival, ..)| !heard.contains(&arrival.digest)).collect();
        let (Some((first, facts, _)), count) = (new.first(), new.len() + known.len()) else { return Ok(()) };
        new.iter().for_each(|(_, facts, trace)| self.note_work_refs(facts, trace.as_ref()));
        self.news += new.len();
        if count == 1 {
            return self.single(first, facts);
        }
        let mut parts: Vec<Part> = known.iter().map(|known| known.part.clone()).collect();
        let mut pieces: Vec<Piece> = known.iter().flat_map(|known| known.refs.pieces.clone()).collect();
        for earlier in known.iter().filter(|known| !known.has_row) {
            self.keep_arrival(id, earlier.event_ns, &earlier.refs);
        }
        for (arrival, facts, _) in new {
            let refs = self.place(arrival, None);
            self.note_trace_pieces(&refs);
            self.keep_arrival(id, arrival.event_ns, &refs);
            pieces.extend_from_slice(&refs.pieces);
            parts.push(Part::new(arrival, facts.clone()));
        }
        self.fold(id, parts, &pieces, count)
    }

    fn note_work_refs(&mut self, facts: &Observation, trace: Option<&trace_model::TraceFacts>) {
        let of_trace = trace.map(|trace| trace.work_refs.as_slice()).unwrap_or_default();
        for work_ref in facts.work_refs.iter().filter(|work_ref| !of_trace.contains(work_ref)) {
            let observation_id = Some(facts.id.clone());
            self.named.insert(WorkRef { text: work_ref.text.clone(), observation_id });
        }
    }

    /// The usual case: one arrival is its own state.
    fn single(&mut self, arrival: &Arrival, facts: &Observation) -> Result<()> {
        let image = image::image(&self.group.trace_id, facts, &[arrival.digest])?;
        let refs = self.place(arrival, Some(&image));
        self.note_trace_pieces(&refs);
        self.row(facts, 1, Digest::of(&image), &refs);
        Ok(())
    }

    fn fold(&mut self, id: &str, parts: Vec<Part>, pieces: &[Piece], count: usize) -> Result<()> {
        let order = fold_order(&parts);
        let Some(folded) = fold_observation(parts) else { return Ok(()) };
        let image = image::image(&self.group.trace_id, &folded.observation, &order)?;
        let revision = Digest::of(&image);
        let mut refs = Refs { header: None, pieces: vec![self.pack.add(Role::Image, &image)] };
        let wanted =
            [(BodyRole::Input, folded.observation.input), (BodyRole::Output, folded.observation.output)];
        refs.pieces.extend(summary::chosen(wanted, pieces));
        if let Some(old) = self.known.observations.get(id).filter(|old| old.shown.revision != revision.0) {
            self.revisions.push(StoredRevision {
                project: self.scope.project,
                trace_id: self.group.trace_id.clone(),
                observation_id: id.to_owned(),
                digest: old.shown.revision.clone(),
                refs: old.image.clone(),
                superseded_at: self.scope.now.0,
            });
        }
        self.row(&folded.observation, count, revision, &refs);
        Ok(())
    }

    fn row(&mut self, facts: &Observation, count: usize, revision: Digest, refs: &Refs) {
        let is_new =
            self.known.observations.get(&facts.id).is_none_or(|old| old.shown.revision != revision.0);
        if is_new {
            self.new_revisions.extend_from_slice(&revision.0);
        }
        let mut row =
            columns::row(self.scope.project, &self.group.trace_id, facts, count, revision, refs.encode());
        let old = self.known.observations.get(&facts.id);
        cost::fill(&mut row, facts, &self.scope.book, old, self.scope.now);
        self.scope.rules.fill(&mut row, facts);
        self.rows.insert(facts.id.clone(), row);
    }

    /// Puts an arrival into the pack.
    fn place(&mut self, arrival: &Arrival, image: Option<&[u8]>) -> Refs {
        let mut pieces: Vec<Piece> =
            image.map(|image| self.pack.add(Role::Image, image)).into_iter().collect();
        pieces.push(self.pack.add(Role::Record, &arrival.record));
        pieces.extend(arrival.bodies.iter().map(|body| self.pack.add_body(body)));
        Refs { header: Some(Header::of(arrival)), pieces }
    }

    fn note_trace_pieces(&mut self, refs: &Refs) {
        let own = [Role::Body(BodyRole::TraceInput), Role::Body(BodyRole::TraceOutput)];
        self.trace_pieces.extend(refs.pieces.iter().filter(|piece| own.contains(&piece.role)));
    }

    fn keep_arrival(&mut self, id: &str, event_ns: i64, refs: &Refs) {
        let Some(header) = &refs.header else { return };
        self.arrivals.push(StoredArrival {
            project: self.scope.project,
            trace_id: self.group.trace_id.clone(),
            observation_id: id.to_owned(),
            digest: header.digest.0.to_vec(),
            event_id: header.event_id.as_ref().map(|id| columns::text(id)),
            event_ns,
            refs: refs.encode(),
        });
    }

    /// Whose tokens count: all of the trace is looked at, or nothing of it where that changes nothing.
    fn count(&mut self) {
        if let Some(tree) = &self.known.tree {
            self.flips = nesting::settle(&mut self.rows, tree);
            return;
        }
        for (id, row) in &mut self.rows {
            row.shown.counted = self.known.observations.get(id).is_none_or(|old| old.shown.counted);
        }
    }

    /// Whose calls they are: in a trace too large to be looked at, as far as what came tells.
    fn name(&mut self, of_trace: &inherit::Who) {
        let nothing = BTreeMap::new();
        self.heirs = inherit::settle(&mut self.rows, self.known.tree.as_ref().unwrap_or(&nothing), of_trace);
    }

    fn sums(&self) -> Sums {
        let before = self.known.trace.as_ref().map(Sums::in_trace).unwrap_or_default();
        let before = self
            .flips
            .iter()
            .fold(before, |sums, flip| sums.plus(flip.sums, if flip.counted { 1 } else { -1 }));
        self.rows.values().fold(before, |sums, row| {
            let old =
                self.known.observations.get(&row.shown.observation_id).map(Sums::of).unwrap_or_default();
            sums.plus(Sums::of(row), 1).plus(old, -1)
        })
    }

    fn hours(&self, start_at: i64) -> BTreeSet<i64> {
        let rows = self.rows.values().flat_map(|row| {
            let old = self.known.observations.get(&row.shown.observation_id);
            let starts = [row.shown.start_at, old.and_then(|old| old.shown.start_at)];
            starts.into_iter().flatten().map(|at| at.0)
        });
        let old = self.known.trace.iter().map(|old| old.shown.start_at.0);
        let flips = self.flips.iter().filter_map(|flip| flip.start_at).map(|at| at.0);
        let heirs = self.heirs.iter().filter_map(|heir| heir.start_at).map(|at| at.0);
        rows.chain(old).chain(flips).chain(heirs).chain([start_at]).map(hour_of).collect()
    }

    fn finish(mut self) -> Result<Built> {
        self.count();
        let view = self.state.fold.view();
        self.name(&inherit::of_trace(&view, self.scope.rules.rules()));
        let sums = self.sums();
        let becomes = Becomes { count: sums.observations, in_session: view.session_id.is_some() };
        let (series, measured) = measure::change(self.known, &self.rows, &self.flips, &self.heirs, becomes);
        let (mut first_arrival, mut list) = (self.scope.now, Vec::new());
        if let Some(old) = &self.known.trace {
            self.trace_pieces.extend(Refs::decode(&old.refs)?.pieces);
            first_arrival = old.shown.first_arrival_at;
            list.clone_from(&old.packs);
        }
        let (project, now) = (self.scope.project, self.scope.now);
        let trace_id = &self.group.trace_id;
        let mut trace =
            summary::row(project, trace_id, &self.state, sums, &self.trace_pieces, first_arrival, now)?;
        self.scope.rules.fill_trace(&mut trace, &view);
        let new_refs = view.work_refs.into_iter().filter(|work_ref| !self.before.contains(&work_ref.text));
        self.named.extend(new_refs.map(|work_ref| WorkRef { text: work_ref.text, observation_id: None }));
        let hours = self.hours(trace.shown.start_at.0);
        let (pack, blobs) = self.pack.finish()?;
        let packs: Vec<PackId> = pack
            .directory
            .is_some()
            .then_some(pack.id)
            .into_iter()
            .chain(pack.used.iter().copied())
            .collect();
        let list = match self.shelf {
            Shelf::Trace(_) => shares::with_front(&list, &packs),
            Shelf::Session(_) => Vec::new(),
        };
        let arrived = Arrived {
            project,
            trace_id: trace_id.clone(),
            observation_ids: self.rows.keys().cloned().collect(),
            work_refs: self.named.into_iter().collect(),
        };
        Ok(Built {
            receipt: receipt(project, now, &pack, self.new_revisions),
            pack: stored_pack(project, trace_id, pack, self.shelf.name())?,
            trace: StoredTrace { packs: list, measured, ..trace },
            hours,
            series,
            observations: self.rows.into_values().collect(),
            flips: self.flips,
            heirs: self.heirs,
            arrivals: self.arrivals,
            revisions: self.revisions,
            big: blobs.iter().map(|(digest, _)| *digest).collect(),
            blobs,
            arrived,
            shelf: self.shelf,
            packs,
        })
    }
}

/// The digests of the arrivals that play a part, in fold order: the same rules as the fold itself.
pub(super) fn fold_order(parts: &[Part]) -> Vec<Digest> {
    let mut order: Vec<&Part> = parts.iter().collect();
    order.sort_by_key(|part| (part.stamp, part.digest));
    let mut last: HashMap<&str, Digest> = HashMap::new();
    for part in &order {
        if let Some(id) = &part.event_id {
            last.insert(id, part.digest);
        }
    }
    let plays = |part: &&Part| part.event_id.as_deref().is_none_or(|id| last.get(id) == Some(&part.digest));
    order.into_iter().filter(plays).map(|part| part.digest).collect()
}

fn stored_pack(project: ProjectKey, trace_id: &str, pack: Pack, scope: Option<String>) -> Result<StoredPack> {
    let raw_len = i64::try_from(pack.raw_len).map_err(Error::internal)?;
    Ok(StoredPack {
        project,
        pack: pack.id.0.to_vec(),
        trace_id: trace_id.to_owned(),
        bytes: pack.bytes,
        raw_len,
        scope,
        directory: pack.directory,
    })
}

fn receipt(project: ProjectKey, now: Timestamp, pack: &Pack, revisions: Vec<u8>) -> StoredReceipt {
    StoredReceipt {
        project,
        pack: pack.id.0.to_vec(),
        salt: random_bytes::<16>().to_vec(),
        revisions,
        received_at: now.0,
        event_id: None,
    }
}
