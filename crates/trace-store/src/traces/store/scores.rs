//! Scores: every arrival is kept as it was sent; the row is their fold.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use trace_model::merge::{ScorePart, fold_score};
use trace_model::{Arrival, ArrivalKind, Facts, RecordForm, Score, ScoreType};

use super::columns::{optional, text};
use super::deleted_scores;
use super::rows::{self, StoredScore};
use crate::db::locks::turn;

/// One arrival of a score, as stored.
#[derive(Serialize, Deserialize)]
struct ScoreArrival {
    id: String,
    event_id: Option<String>,
    event_ns: i64,
    mapping: u16,
    record: String,
    digest: Digest,
    /// Given by the public half of a key alone, which anybody may have.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    public: bool,
}

impl ScoreArrival {
    fn of(arrival: &Arrival, public: bool) -> Self {
        Self {
            public,
            id: arrival.entity_id.clone(),
            event_id: arrival.event_id.clone(),
            event_ns: arrival.event_ns,
            mapping: arrival.mapping,
            record: String::from_utf8_lossy(&arrival.record).into_owned(),
            digest: arrival.digest,
        }
    }

    fn read(&self) -> Option<ScorePart> {
        let arrival = Arrival {
            kind: ArrivalKind::Score,
            trace_id: None,
            entity_id: self.id.clone(),
            event_id: self.event_id.clone(),
            event_ns: self.event_ns,
            form: RecordForm::Json,
            record: self.record.clone().into_bytes(),
            bodies: Vec::new(),
            mapping: self.mapping,
            digest: self.digest,
        };
        match wire::reread(&arrival)? {
            Facts::Score(score) => Some(ScorePart::new(&arrival, *score)),
            _ => None,
        }
    }
}

/// Those of some scores that were given with a secret: a public key changes none of them.
pub fn given_with_secret(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<HashSet<String>> {
    let mut found = HashSet::new();
    for row in rows::load_scores(conn, project, ids)? {
        let parts: Vec<ScoreArrival> = serde_json::from_slice(&row.parts)?;
        if parts.iter().any(|part| !part.public) {
            found.insert(row.score_id);
        }
    }
    Ok(found)
}

/// Writes the scores of a request; `public` are those of a public key alone.
pub(super) fn write(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    scores: &[(Arrival, Score)],
    public: bool,
) -> Result<()> {
    let mut arrived: BTreeMap<&str, Vec<&Arrival>> = BTreeMap::new();
    for (arrival, score) in scores {
        arrived.entry(&score.id).or_default().push(arrival);
    }
    let names: Vec<&str> = arrived.keys().copied().collect();
    let stored = rows::load_scores(tx.conn, project, &names)?;
    let stored: HashMap<&str, &StoredScore> = stored.iter().map(|row| (row.score_id.as_str(), row)).collect();
    let removed = deleted_scores::arrivals(tx.conn, project, &names)?;
    let mut changed = Vec::new();
    for (id, arrivals) in arrived {
        let old = stored.get(id).copied();
        let mut parts: Vec<ScoreArrival> = match old {
            Some(row) => serde_json::from_slice(&row.parts)?,
            None => Vec::new(),
        };
        let known =
            parts.iter().map(|part| part.digest).chain(removed.get(id).into_iter().flatten().copied());
        let mut known: HashSet<Digest> = known.collect();
        let before = parts.len();
        let new = arrivals.into_iter().filter(|new| known.insert(new.digest));
        parts.extend(new.map(|arrival| ScoreArrival::of(arrival, public)));
        if parts.len() > before {
            changed.extend(row(tx, project, parts, old)?);
        }
    }
    let names: Vec<&str> = changed.iter().map(|row| row.score_id.as_str()).collect();
    if !stored.is_empty() {
        rows::delete_scores(tx.conn, project, &names)?;
    }
    rows::insert_scores(tx.conn, &changed)
}

fn row(
    tx: &Tx<'_>,
    project: ProjectKey,
    parts: Vec<ScoreArrival>,
    old: Option<&StoredScore>,
) -> Result<Option<StoredScore>> {
    let made = Made {
        author: old.map_or_else(|| tx.actor().id.clone(), |old| old.author.clone()),
        created_at: old.map_or(tx.now().0, |old| old.created_at),
        updated_at: tx.now().0,
    };
    fold(project, parts, made)
}

/// What no arrival of a score says.
struct Made {
    author: String,
    created_at: i64,
    updated_at: i64,
}

fn fold(project: ProjectKey, mut parts: Vec<ScoreArrival>, made: Made) -> Result<Option<StoredScore>> {
    parts.sort_by_key(|part| (part.event_ns, part.digest));
    // What a stranger said of a score counts for nothing once somebody with a secret spoke of it, whatever its time.
    let trusted = parts.iter().any(|part| !part.public);
    let heard = parts.iter().filter(|part| !(trusted && part.public));
    let Some(score) = fold_score(heard.filter_map(ScoreArrival::read).collect()) else {
        return Ok(None);
    };
    let (number, word) = comparable(&score);
    Ok(Some(StoredScore {
        project,
        score_id: score.id,
        trace_id: score.trace_id,
        observation_id: score.observation_id,
        session_id: optional(score.session_id.as_ref()),
        name: text(&score.name),
        value: score.value.into(),
        data_type: score.data_type.as_str().to_owned(),
        comment: score.comment.map(|comment| comment.replace('\0', "\u{fffd}")),
        environment: optional(score.environment.as_ref()),
        at: Timestamp::from_nanos(score.timestamp_ns).0,
        author: made.author,
        parts: serde_json::to_vec(&parts)?,
        source: score.source.as_str().to_owned(),
        number,
        word,
        config_id: score.config_id,
        queue_id: score.queue_id,
        dataset_run_id: score.dataset_run_id,
        metadata: score.metadata.map(|metadata| metadata.as_ref().to_owned()),
        created_at: made.created_at,
        updated_at: made.updated_at,
    }))
}

/// The row made anew from the arrivals it keeps, each of which must be as its digest says; who sent it and when it came is
/// taken from the row.
pub(crate) fn remade(row: &StoredScore) -> Result<StoredScore, String> {
    let parts: Vec<ScoreArrival> =
        serde_json::from_slice(&row.parts).map_err(|cause| format!("they cannot be read: {cause}"))?;
    for part in &parts {
        let found = Arrival::digest_of(ArrivalKind::Score, part.record.as_bytes(), &[]);
        if found != part.digest {
            return Err(format!("one of digest {found}, named {}", part.digest));
        }
    }
    let made = Made { author: row.author.clone(), created_at: row.created_at, updated_at: row.updated_at };
    let made = fold(row.project, parts, made).map_err(|cause| cause.to_string())?;
    made.ok_or_else(|| "nothing that makes a score".to_owned())
}

/// The value as a number or as plain text, for comparing; what must be exact is the JSON text.
fn comparable(score: &Score) -> (Option<f64>, Option<String>) {
    let value: &str = score.value.as_ref();
    match score.data_type {
        ScoreType::Numeric | ScoreType::Boolean => (value.parse().ok().filter(|n: &f64| n.is_finite()), None),
        ScoreType::Categorical | ScoreType::Text => {
            (None, serde_json::from_str(value).ok().map(|word: String| text(&word)))
        }
        ScoreType::Correction => (None, None),
    }
}

/// What a removed score was, for the event that says so.
#[derive(Clone, Debug)]
pub struct Removed {
    pub trace_id: Option<String>,
    pub observation_id: Option<String>,
    pub session_id: Option<String>,
    pub name: String,
    /// SHA-256 over the digests of its arrivals, in their order.
    pub digest: Digest,
}

/// What became of a removal.
#[derive(Clone, Debug)]
pub enum Removal {
    /// It was there and is gone.
    Done(Removed),
    /// It had been removed before.
    Before,
    Unknown,
}

/// Takes a score away and keeps the digests of its arrivals, see [`deleted_scores`].
pub fn remove(tx: &mut Tx<'_>, project: ProjectKey, score_id: &str) -> Result<Removal> {
    crate::db::locks::take_turns(tx.conn, vec![turn(project, "score", score_id)])?;
    let mut gone = deleted_scores::arrivals(tx.conn, project, &[score_id])?;
    let Some(row) = rows::load_scores(tx.conn, project, &[score_id])?.pop() else {
        return Ok(if gone.is_empty() { Removal::Unknown } else { Removal::Before });
    };
    let parts: Vec<ScoreArrival> = serde_json::from_slice(&row.parts)?;
    let digests: Vec<Digest> = parts.iter().map(|part| part.digest).collect();
    let digest = Digest::of(&digests.iter().flat_map(|digest| digest.0).collect::<Vec<u8>>());
    let mut all = gone.remove(score_id).unwrap_or_default();
    all.extend(digests);
    deleted_scores::note(tx.conn, project, score_id, row.trace_id.as_deref(), &all, tx.now())?;
    rows::delete_scores(tx.conn, project, &[score_id])?;
    let StoredScore { trace_id, observation_id, session_id, name, .. } = row;
    Ok(Removal::Done(Removed { trace_id, observation_id, session_id, name, digest }))
}
