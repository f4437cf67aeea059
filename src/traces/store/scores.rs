//! Scores: every arrival is kept as it was sent; the row is their fold.

use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};
use crate::traces::ingest;
use crate::traces::merge::{ScorePart, fold_score};
use crate::traces::model::{Arrival, ArrivalKind, Facts, RecordForm, Score};

use super::columns::{optional, text};
use super::rows::{self, StoredScore};

/// One arrival of a score, as stored.
#[derive(Serialize, Deserialize)]
struct Sent {
    id: String,
    event_id: Option<String>,
    event_ns: i64,
    mapping: u16,
    record: String,
    digest: Digest,
}

impl Sent {
    fn of(arrival: &Arrival) -> Self {
        Self {
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
        match ingest::reread(&arrival)? {
            Facts::Score(score) => Some(ScorePart::new(&arrival, *score)),
            _ => None,
        }
    }
}

/// A score from its stored arrivals.
pub fn said(parts: &[u8]) -> Result<Score> {
    let sent: Vec<Sent> = serde_json::from_slice(parts)?;
    let folded = fold_score(sent.iter().filter_map(Sent::read).collect());
    folded.ok_or_else(|| Error::internal("a stored score has no readable arrival"))
}

/// Writes the scores of a request.
pub(super) fn write(tx: &mut Tx<'_>, project: ProjectKey, scores: Vec<(Arrival, Score)>) -> Result<()> {
    let mut ids: Vec<String> = scores.iter().map(|(_, score)| score.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let stored = rows::load_scores(tx.conn, project, &names)?;
    let mut changed = Vec::new();
    for id in &ids {
        let old = stored.iter().find(|row| row.score_id == *id);
        let mut sent: Vec<Sent> = match old {
            Some(row) => serde_json::from_slice(&row.parts)?,
            None => Vec::new(),
        };
        let before = sent.len();
        for (arrival, _) in scores.iter().filter(|(_, score)| score.id == *id) {
            if sent.iter().all(|known| known.digest != arrival.digest) {
                sent.push(Sent::of(arrival));
            }
        }
        if sent.len() > before {
            changed.extend(row(tx, project, sent, old)?);
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
    mut sent: Vec<Sent>,
    old: Option<&StoredScore>,
) -> Result<Option<StoredScore>> {
    sent.sort_by_key(|sent| (sent.event_ns, sent.digest));
    let Some(score) = fold_score(sent.iter().filter_map(Sent::read).collect()) else { return Ok(None) };
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
        author: old.map_or_else(|| tx.actor().id.clone(), |old| old.author.clone()),
        parts: serde_json::to_vec(&sent)?,
    }))
}
