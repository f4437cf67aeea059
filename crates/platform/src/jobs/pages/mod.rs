//! The page of jobs and schedules.

pub(super) mod list;
pub(super) mod schedules;

use crate::foundation::{Asker, ProjectKey};
use crate::web::Form;

use super::model::State;

/// Whose job or schedule a form means: the installation's, or the project's.
fn scope(who: &Asker, form: &Form) -> ProjectKey {
    if form.text("scope") == "installation" { ProjectKey(0) } else { who.project }
}

/// The state in words, and its tone.
fn word(state: State) -> (&'static str, &'static str) {
    match state {
        State::Running => ("Running", "blue"),
        State::Waiting => ("Waiting", "waiting"),
        State::Dead => ("Failed", "bad"),
        State::Done => ("Done", "good"),
        State::Cancelled => ("Cancelled", ""),
    }
}
