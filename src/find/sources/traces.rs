//! Traces: by what stands in them, as their list looks for words, with how far the index has come.

use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::address::part;
use crate::foundation::money::NanoDollars;
use crate::foundation::{Asker, Result};
use crate::search::{self, Query};
use crate::state::App;
use crate::traces::reads::TraceRow;
use crate::traces::reads::listing::ListFilter;
use crate::web::format::{duration, short_id, shown};

/// Traces shown here; their list has the rest.
const MOST: usize = 8;

/// Traces that hold every word, newest first. Everybody in the project reads them, as on their page.
pub(super) async fn words(app: &App, asker: &Asker, asked: &Asked) -> Result<Group> {
    let found =
        search::find(app, asker.project, Query::read(&asked.text), ListFilter::default(), None, MOST).await?;
    let state = search::state(app).await?;
    let mut notes = Vec::new();
    if found.is_cut {
        notes.push("the search stopped at its limit of time; the list goes on".to_owned());
    }
    if state.is_filling {
        notes.push("the index of what was received is being filled".to_owned());
    } else if state.behind > 5_000_000 {
        notes.push(format!("what was received in the last {} is not indexed yet", duration(state.behind)));
    }
    let hits = found.hits.into_iter().map(|found| Hit { snippet: found.snippet, ..hit(&found.trace) });
    Ok(Group {
        id: "traces",
        title: "Traces",
        hits: hits.collect(),
        has_more: found.next.is_some(),
        list: asked.at("/traces"),
        note: notes.join("; "),
    })
}

/// A trace as it stands among what was found.
pub(super) fn hit(row: &TraceRow) -> Hit {
    let name = row.name.as_deref().map(shown).filter(|name| !name.is_empty());
    let errors = if row.error_count > 0 { "failed" } else { "" };
    let cost = if row.cost_nanos == 0 { String::new() } else { NanoDollars(row.cost_nanos).to_string() };
    let about: Vec<String> =
        [duration(row.duration()), cost].into_iter().filter(|it| !it.is_empty()).collect();
    Hit {
        href: format!("/traces/{}", part(&row.trace_id)),
        code: short_id(&row.trace_id),
        title: name.unwrap_or_else(|| "Without a name".to_owned()),
        about: about.join(" · "),
        state: errors.to_owned(),
        tone: "bad",
        snippet: None,
    }
}
