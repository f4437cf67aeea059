//! Lets traces go that are older than their project keeps them, a portion at a time.

use crate::audit;
use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, ProjectKey, Result, Timestamp};
use crate::privacy::model::Policy;
use crate::privacy::reads;
use crate::state::App;
use crate::tombstones::Why;
use crate::traces::actions::erase::{Erasing, erase_all};
use crate::traces::hooks::Hooks;
use crate::traces::reads::OldTrace;

/// Traces looked at in one read.
const PAGE: i64 = 500;
/// More are not counted for a page.
const MOST_COUNTED: usize = 20_000;
const DAY_MICROS: i64 = 86_400_000_000;

/// What a run would do now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Traces that would go.
    pub going: usize,
    /// Older traces that stay because an order links them.
    pub kept: usize,
    pub is_more: bool,
}

/// Erases in every project what is older than its policy keeps; gives how many traces. What a run did not finish, the
/// next one does.
pub async fn retain_once(app: &App, hooks: &Hooks, asker: &Asker, now: Timestamp) -> Result<usize> {
    asker.must(Action::Retain)?;
    let mut count = 0;
    for (project, policy) in app.db.read(reads::policies).await? {
        count += retain(app, hooks, &asker.in_project(project)?, &policy, now).await?;
    }
    Ok(count)
}

async fn retain(app: &App, hooks: &Hooks, asker: &Asker, policy: &Policy, now: Timestamp) -> Result<usize> {
    let project = asker.project;
    let Some(before) = before(policy, now) else { return Ok(0) };
    let days = policy.keep_days.unwrap_or_default();
    let run = new_id(now);
    let reason = format!("retention: this project keeps traces for {days} days");
    let (mut count, mut after) = (0, None);
    loop {
        let (asked, keep) = (after.clone(), policy.keep_evidence);
        let read = move |conn: &mut AnyConnection| page(conn, project, before, asked.as_ref(), keep);
        let (old, going) = app.db.read(read).await?;
        let Some(last) = old.last() else { return Ok(count) };
        after = Some(last.clone());
        let erasing = Erasing { why: Why::Retention, reason: &reason, run: run.clone() };
        count += erase_all(app, hooks, asker, erasing, going).await?;
    }
}

/// What a run would erase in a project now.
pub fn due(conn: &mut AnyConnection, project: ProjectKey, policy: &Policy, now: Timestamp) -> Result<Due> {
    let (mut due, mut after) = (Due::default(), None);
    let Some(before) = before(policy, now) else { return Ok(due) };
    loop {
        let (old, going) = page(conn, project, before, after.as_ref(), policy.keep_evidence)?;
        let Some(last) = old.last() else { return Ok(due) };
        due.going += going.len();
        due.kept += old.len() - going.len();
        after = Some(last.clone());
        if due.going + due.kept >= MOST_COUNTED {
            return Ok(Due { is_more: true, ..due });
        }
    }
}

fn before(policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    policy.keep_days.map(|days| now.plus_micros(-i64::from(days).saturating_mul(DAY_MICROS)))
}

/// The next old traces, and those of them that may go.
fn page(
    conn: &mut AnyConnection,
    project: ProjectKey,
    before: Timestamp,
    after: Option<&OldTrace>,
    keep_evidence: bool,
) -> Result<(Vec<OldTrace>, Vec<String>)> {
    let old = crate::traces::reads::older_than(conn, project, before, after, PAGE)?;
    let mut going: Vec<String> = old.iter().map(|(_, id)| id.clone()).collect();
    if keep_evidence {
        let kept = audit::reads::linked_among(conn, project, &going)?;
        going.retain(|id| !kept.contains(id));
    }
    Ok((old, going))
}
