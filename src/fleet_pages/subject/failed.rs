//! What failed last, each with the beginning of what it was asked.

use crate::db::AnyConnection;
use crate::fleet::model::Question;
use crate::fleet::reads::{Failure, failures};
use crate::foundation::address::part;
use crate::foundation::{Result, Timestamp};
use crate::trace_pages::asked_of;
use crate::web::format::{Time, shown};
use packing::Refs;

/// Characters of what a client says about a failure.
const LONGEST: usize = 160;

/// One failure.
pub(in crate::fleet_pages) struct Failed {
    pub(super) at: Time,
    /// Why, in its own words; else its name.
    pub(super) words: String,
    /// What it was asked; empty where nobody said.
    pub(super) input: String,
    pub(super) href: String,
}

/// The last of them.
pub(super) fn read(conn: &mut AnyConnection, question: &Question, now: Timestamp) -> Result<Vec<Failed>> {
    let rows = failures(conn, question)?;
    let refs = rows.iter().map(|row| Refs::decode(&row.image)).collect::<Result<Vec<Refs>>>()?;
    let inputs = asked_of(conn, question.project, &refs)?;
    Ok(rows.into_iter().zip(inputs).map(|(row, input)| Failed::of(&row, input, now)).collect())
}

impl Failed {
    fn of(row: &Failure, input: String, now: Timestamp) -> Self {
        let name = row.name.as_deref().unwrap_or("a call without a name");
        let message = row.status_message.as_deref().map(str::trim).filter(|message| !message.is_empty());
        let words = match message {
            Some(message) => format!("{name}: {}", message.split_whitespace().collect::<Vec<_>>().join(" ")),
            None => name.to_owned(),
        };
        let cut: String = words.chars().take(LONGEST).collect();
        Self {
            at: Time::new(row.at(), now),
            words: shown(&if cut.len() < words.len() { format!("{cut} …") } else { cut }),
            input,
            href: format!("/traces/{}?observation={}", part(&row.trace_id), part(&row.observation_id)),
        }
    }
}
