//! Trace by trace: its arrivals are as they came, and its rows are what they make of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use prices::book::Book;

use crate::db::schema::traces;
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use crate::tombstones::tombstone;
use crate::traces::reads;
use crate::traces::recognise::OwnRules;
use crate::traces::stored::Group;
use crate::traces::stored::remake;
use crate::traces::stored::{Scope, column_text};
use crate::traces::stored::{StoredObservation, StoredTrace};
use packing::{Chunk, PackId, Packs, Piece, Refs, Role};
use trace_model::Arrival;

use super::loaded::{Heard, Loaded, hear, pack_of, received, trace_pieces};
use super::{Checked, Sources, first_difference, snapshot};

/// Traces in one snapshot.
const PAGE: i64 = 64;

/// Checks all traces, in the order of their keys.
pub(super) fn check_all(db: &Db, sources: &Sources<'_>, checked: &mut Checked) -> Result<()> {
    let mut after = (ProjectKey(i64::MIN), String::new());
    let mut books: HashMap<ProjectKey, Kept> = HashMap::new();
    loop {
        let last =
            db.read_blocking(|conn| snapshot(conn, |conn| page(conn, &after, sources, &mut books, checked)))?;
        (sources.progress)(checked.traces);
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// What is read once of a project.
type Kept = (Arc<Book>, OwnRules);
type Key = (ProjectKey, String);

fn page(
    conn: &mut AnyConnection,
    after: &Key,
    sources: &Sources<'_>,
    books: &mut HashMap<ProjectKey, Kept>,
    checked: &mut Checked,
) -> Result<Option<Key>> {
    let rows = next(conn, after)?;
    let last = rows.last().map(|row| (row.project, row.shown.trace_id.clone()));
    for row in rows {
        let project = row.project;
        let (book, rules) = match books.entry(project) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(free) => {
                free.insert(((sources.book)(conn, project)?, OwnRules::of(conn, project)?)).clone()
            }
        };
        let loaded = Loaded::of(conn, row)?;
        One { conn, sources, checked, loaded: &loaded, packs: Packs::default(), sound: HashSet::new() }
            .check(book, rules)?;
    }
    Ok(last)
}

fn next(conn: &mut AnyConnection, (project, id): &Key) -> Result<Vec<StoredTrace>> {
    Ok(each!(conn, |c| traces::table
        .filter(traces::project.gt(*project).or(traces::project.eq(*project).and(traces::trace_id.gt(id))))
        .order((traces::project.asc(), traces::trace_id.asc()))
        .limit(PAGE)
        .select(StoredTrace::as_select())
        .load(c))?)
}

/// One trace on its way through the checks.
struct One<'o> {
    conn: &'o mut AnyConnection,
    sources: &'o Sources<'o>,
    checked: &'o mut Checked,
    loaded: &'o Loaded,
    packs: Packs,
    /// Bodies whose bytes were read and are what their digest says.
    sound: HashSet<Digest>,
}

impl One<'_> {
    fn check(mut self, book: Arc<Book>, rules: OwnRules) -> Result<()> {
        self.checked.traces += 1;
        self.checked.observations += self.loaded.observations.len() as u64;
        self.is_not_erased()?;
        let heard = self.arrivals()?;
        let mut group = Group { trace_id: self.id().to_owned(), ..Group::default() };
        let (mut pieces, mut times, mut readable) = (Vec::new(), BTreeSet::new(), true);
        for (id, one) in &heard {
            readable &= hear(&mut group, id, one);
            pieces.extend(trace_pieces(&one.refs));
            let record = one.refs.piece(Role::Record).and_then(pack_of);
            times.extend(record.map(time_of));
        }
        if !readable {
            self.differs("arrivals", self.key(""), "refs", "a record that cannot be read", "one that can");
            return Ok(());
        }
        let (project, now) = (self.loaded.project, Timestamp(0));
        let scope = Scope { project, now, blob_threshold: usize::MAX, book, rules };
        let made = remake(&scope, &group, &self.loaded.observations, &self.loaded.trace, &pieces)?;
        self.compare_trace(&made.trace, &times);
        self.compare_observations(&made.observations);
        self.images()?;
        self.uses(&heard)
    }

    fn id(&self) -> &str {
        &self.loaded.trace.shown.trace_id
    }

    fn key(&self, observation: &str) -> String {
        let trace = format!("project {}, trace {}", self.loaded.project.0, self.id());
        if observation.is_empty() { trace } else { format!("{trace}, observation {observation}") }
    }

    fn differs(&mut self, table: &'static str, key: String, column: &str, stored: &str, made: &str) {
        self.checked.differs(table, key, column, stored, made);
    }

    /// What comes for an erased trace is dropped, so rows of one were put back.
    fn is_not_erased(&mut self) -> Result<()> {
        let loaded = self.loaded;
        if let Some(stone) = tombstone(self.conn, loaded.project, &loaded.trace.shown.trace_id)? {
            let made = format!("nothing: {}", stone.sentence());
            self.differs("traces", self.key(""), "trace_id", "a row", &made);
        }
        Ok(())
    }

    /// Every arrival, each as its digest says, with what its row says beside.
    fn arrivals(&mut self) -> Result<Vec<(String, Heard)>> {
        let mut heard = Vec::new();
        for row in &self.loaded.arrivals {
            let Some(one) = self.arrival("arrivals", &row.observation_id, &row.refs)? else { continue };
            let header = (one.arrival.digest.0.to_vec(), one.arrival.event_ns);
            if (row.digest.clone(), row.event_ns) != header {
                let column = if row.event_ns == one.arrival.event_ns { "digest" } else { "event_ns" };
                let (stored, made) = (format!("{:?}", (&row.digest, row.event_ns)), format!("{header:?}"));
                self.differs("arrivals", self.key(&row.observation_id), column, &stored, &made);
            }
            let event = one.arrival.event_id.as_ref().map(|id| column_text(id));
            if row.event_id != event {
                let (stored, made) = (format!("{:?}", row.event_id), format!("{event:?}"));
                self.differs("arrivals", self.key(&row.observation_id), "event_id", &stored, &made);
            }
            heard.push((row.observation_id.clone(), one));
        }
        let known: HashSet<String> = heard.iter().map(|(id, _)| id.clone()).collect();
        let mut single: Vec<&StoredObservation> = self.loaded.observations.values().collect();
        single.retain(|row| !known.contains(&row.shown.observation_id));
        for row in single {
            let id = &row.shown.observation_id;
            heard.extend(self.arrival("observations", id, &row.image)?.map(|one| (id.clone(), one)));
        }
        Ok(heard)
    }

    /// An arrival read again: record and bodies are those that its digest was made of.
    fn arrival(&mut self, table: &'static str, id: &str, refs: &[u8]) -> Result<Option<Heard>> {
        let Some(refs) = Refs::decode(refs).ok().filter(|refs| refs.header.is_some()) else {
            self.differs(
                table,
                self.key(id),
                "image",
                "references that cannot be read",
                "those of an arrival",
            );
            return Ok(None);
        };
        let record = match refs.piece(Role::Record) {
            Some(piece) => self.bytes(piece)?,
            None => None,
        };
        let (Some(header), Some(record)) = (refs.header.clone(), record) else {
            self.differs(
                "packs",
                self.key(id),
                "bytes",
                "no record that can be read",
                "the record of an arrival",
            );
            return Ok(None);
        };
        let arrival = header.arrival(self.id(), id, record, &refs.pieces);
        let found = Arrival::digest_of(arrival.kind, &arrival.record, &arrival.bodies);
        if found != arrival.digest {
            self.differs(
                "packs",
                self.key(id),
                "bytes",
                &format!("a record of digest {found}"),
                &arrival.digest.to_hex(),
            );
        }
        for piece in refs.pieces.iter().filter(|piece| piece.body.is_some()) {
            self.body(id, piece)?;
        }
        Ok(Some(Heard { arrival, refs }))
    }

    /// A body's bytes are what its digest says, wherever its pieces lie.
    fn body(&mut self, id: &str, piece: &Piece) -> Result<()> {
        let Some(reference) = piece.body else { return Ok(()) };
        if self.sound.contains(&reference.digest) {
            return Ok(());
        }
        let found = self.bytes(piece)?.map(|bytes| Digest::of(&bytes));
        if found == Some(reference.digest) {
            self.sound.insert(reference.digest);
            return Ok(());
        }
        let stored =
            found.map_or("bytes that cannot be read".to_owned(), |found| format!("bytes of digest {found}"));
        self.differs("packs", self.key(id), "bytes", &stored, &format!("the body {}", reference.digest));
        Ok(())
    }

    /// The bytes of a piece; `None` when something of it is missing or damaged.
    fn bytes(&mut self, piece: &Piece) -> Result<Option<Vec<u8>>> {
        let project = self.loaded.project;
        let mut load = |pack: PackId| reads::pack_bytes(self.conn, project, pack);
        let Ok(content) = self.packs.content(piece, &mut load) else { return Ok(None) };
        let mut bytes = Vec::new();
        for chunk in content.chunks {
            match chunk {
                Chunk::Bytes(run) => bytes.extend(run),
                Chunk::Blob(digest, _) => match (self.sources.blob)(project, digest)? {
                    Some(run) => bytes.extend(run),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(bytes))
    }

    fn compare_trace(&mut self, made: &StoredTrace, times: &BTreeSet<i64>) {
        if let Some((column, stored, made)) = first_difference(&self.loaded.trace, made) {
            self.differs("traces", self.key(""), &column, &stored, &made);
        }
        let shown = &self.loaded.trace.shown;
        let came = [
            ("first_arrival_at", shown.first_arrival_at, times.first()),
            ("last_arrival_at", shown.last_arrival_at, times.last()),
        ];
        for (column, at, made) in came {
            if made != Some(&at.0) {
                let made = made.map_or("nothing came".to_owned(), i64::to_string);
                self.differs("traces", self.key(""), column, &at.0.to_string(), &made);
            }
        }
    }

    fn compare_observations(&mut self, made: &HashMap<String, StoredObservation>) {
        for (id, stored) in &self.loaded.observations {
            match made.get(id).map(|made| first_difference(stored, made)) {
                Some(Some((column, stored, made))) => {
                    self.differs("observations", self.key(id), &column, &stored, &made);
                }
                Some(None) => {}
                None => self.differs(
                    "observations",
                    self.key(id),
                    "observation_id",
                    "a row",
                    "nothing that arrived",
                ),
            }
        }
        for id in made.keys().filter(|id| !self.loaded.observations.contains_key(*id)) {
            self.differs("observations", self.key(id), "observation_id", "no row", "what arrived");
        }
    }

    /// Images are what their digest says, and a receipt vouches for each of them and for nothing else.
    fn images(&mut self) -> Result<()> {
        let now = self
            .loaded
            .observations
            .values()
            .map(|row| (&row.shown.observation_id, &row.shown.revision, &row.image, "observations"));
        let before = self
            .loaded
            .revisions
            .iter()
            .map(|row| (&row.observation_id, &row.digest, &row.refs, "revisions"));
        let states: Vec<_> = now.chain(before).collect();
        let (mut packs, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for (id, digest, refs, table) in states {
            let refs = Refs::decode(refs).unwrap_or_default();
            packs.extend(refs.pieces.iter().filter(|piece| piece.role != Role::Image).filter_map(pack_of));
            let image = refs.piece(Role::Image);
            packs.extend(image.and_then(pack_of));
            let found = match image {
                Some(image) => self.bytes(image)?.map(|bytes| Digest::of(&bytes)),
                None => None,
            };
            if found.map(|found| found.0.to_vec()).as_ref() != Some(digest) {
                let found = found.map_or("nothing that can be read".to_owned(), Digest::to_hex);
                self.differs(
                    table,
                    self.key(id),
                    "image",
                    &found,
                    &Digest::from_slice(digest).map(Digest::to_hex).unwrap_or_default(),
                );
            }
            kept.extend(Digest::from_slice(digest).map(|digest| (digest, id.clone(), table)));
        }
        let mut refs: Vec<&[u8]> = self.loaded.arrivals.iter().map(|row| row.refs.as_slice()).collect();
        refs.push(&self.loaded.trace.refs);
        packs.extend(
            refs.into_iter()
                .filter_map(|refs| Refs::decode(refs).ok())
                .flat_map(|refs| refs.pieces.iter().filter_map(pack_of).collect::<Vec<_>>()),
        );
        let received = received(self.conn, self.loaded.project, &packs)?;
        let vouched: BTreeSet<Digest> = received.into_values().flatten().collect();
        for (digest, id, table) in kept.iter().filter(|(digest, ..)| !vouched.contains(digest)) {
            self.differs(
                table,
                self.key(id),
                "revision",
                &digest.to_hex(),
                "a revision that a receipt vouches for",
            );
        }
        Ok(())
    }

    /// Bodies in object storage are noted as used, and no others.
    fn uses(&mut self, heard: &[(String, Heard)]) -> Result<()> {
        let mut needed: BTreeSet<Vec<u8>> = BTreeSet::new();
        for piece in heard.iter().flat_map(|(_, one)| &one.refs.pieces) {
            let project = self.loaded.project;
            let mut load = |pack: PackId| reads::pack_bytes(self.conn, project, pack);
            if let Ok(needs) = self.packs.needs(piece, &mut load) {
                needed.extend(needs.blobs.into_iter().map(|digest| digest.0.to_vec()));
            }
        }
        if needed != self.loaded.uses {
            let (stored, made) = (self.loaded.uses.len().to_string(), needed.len().to_string());
            self.differs("body_uses", self.key(""), "digest", &stored, &made);
        }
        Ok(())
    }
}

/// When the request came that a pack is of: its name begins with the moment.
pub(super) fn time_of(pack: PackId) -> i64 {
    let mut time = [0; 8];
    time.iter_mut().zip(pack.0).for_each(|(to, from)| *to = from);
    i64::from_be_bytes(time)
}
