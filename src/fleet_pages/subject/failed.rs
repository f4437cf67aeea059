//! What failed last, each with the beginning of what it was asked.

use crate::db::AnyConnection;
use crate::fleet::model::Question;
use crate::fleet::reads::{Failure, failures};
use crate::foundation::address::part;
use crate::foundation::{Result, Timestamp};
use crate::trace_pages::asked_of;
use crate::web::format::{Time, number, shown};
use packing::Refs;

use super::super::text::calls as counted;

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

/// `The 2 calls and 3 uses of tools`: all that failed of what the list shows the last of; none where nothing did.
pub(super) fn all(calls: i64, tools: i64) -> Option<String> {
    let uses = match tools {
        1 => "1 use of a tool".to_owned(),
        tools => format!("{} uses of tools", number(tools)),
    };
    match (calls, tools) {
        (0, 0) => None,
        (0, _) => Some(format!("The {uses}")),
        (_, 0) => Some(format!("The {}", counted(calls))),
        _ => Some(format!("The {} and {uses}", counted(calls))),
    }
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

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn what_failed_is_counted_as_what_it_is() {
        let told =
            [(0, 0), (1, 0), (0, 1), (2, 3)].map(|(calls, tools)| all(calls, tools).unwrap_or_default());
        assert_eq!(told, ["", "The 1 call", "The 1 use of a tool", "The 2 calls and 3 uses of tools"]);
    }
}
