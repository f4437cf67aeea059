//! GET /sessions: the conversations of the project, last activity first.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::conversations::reads::{self, SessionSums};
use crate::foundation::Timestamp;
use crate::foundation::money::NanoDollars;
use crate::foundation::page::Cursor;
use crate::state::App;
use crate::web::format::{self, Time, shown};
use crate::web::page::show;
use crate::web::{Form, Principal, Shell, WebResult};

use super::turns;

/// Sessions on one page.
const PAGE: usize = 25;
/// The longest body that is looked into for the last words, in bytes.
const LONGEST: u64 = 256 << 10;
/// Characters of the last words.
const PREVIEW: usize = 160;

#[derive(Template)]
#[template(path = "traces/sessions.html")]
pub(super) struct SessionsPage {
    shell: Shell,
    user: String,
    sessions: Vec<SessionView>,
    older: Option<String>,
    /// Whether this user may have been in more.
    is_cut: bool,
}

/// One session as the table shows it.
struct SessionView {
    id: String,
    preview: Option<String>,
    traces: String,
    tokens: String,
    cost: Option<String>,
    errors: i64,
    users: i64,
    user: Option<String>,
    first: Time,
    last: Time,
    /// From the first turn to the last; none when there is only one.
    lasted: Option<String>,
}

/// GET /sessions
pub(super) async fn sessions(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let form = Form::parse(request.query_string().as_bytes())?;
    let after = form.optional("older").map(Cursor::decode).transpose()?;
    let user = form.text("user").to_owned();
    let (project, wanted) = (who.project, Some(user.clone()).filter(|user| !user.is_empty()));
    let loaded = app.db.read(move |conn| {
        let page = match &wanted {
            Some(user) => reads::sessions_of_user(conn, project, user, PAGE)?,
            None => reads::sessions(conn, project, after.as_ref(), PAGE)?,
        };
        let mut sides = Vec::with_capacity(page.rows.len());
        for row in &page.rows {
            let newest = reads::newest(conn, project, &row.session_id)?;
            sides.push(newest.map(|trace| turns::last_side(conn, project, &trace, LONGEST)).transpose()?);
        }
        let lack_usage = reads::without_usage(conn, project, &page.rows)?;
        Ok((page, sides, lack_usage))
    });
    let (page, sides, lack_usage) = loaded.await?;
    let mut previews = Vec::with_capacity(sides.len());
    for sides in sides {
        let turn = turns::turn(&app, project, sides.unwrap_or_default(), LONGEST).await;
        previews.push(turn.answer.or(turn.said));
    }
    let lacks = |row: &SessionSums| lack_usage.contains(&row.session_id);
    let rows = page.rows.into_iter().zip(previews).map(|(row, said)| (lacks(&row), row, said)).collect();
    show(&self::page(
        Shell::of(&request, "Sessions", "traces"),
        user,
        rows,
        page.next,
        page.is_cut,
        app.now(),
    ))
}

pub(super) fn page(
    shell: Shell,
    user: String,
    rows: Vec<(bool, SessionSums, Option<String>)>,
    next: Option<Cursor>,
    is_cut: bool,
    now: Timestamp,
) -> SessionsPage {
    let older = next.map(|next| format!("/sessions?older={}", next.encode()));
    let sessions = rows.into_iter().map(|row| session(row, now)).collect();
    SessionsPage { shell, user, sessions, older, is_cut }
}

/// A row; whether nobody said how many tokens it took, its sums, its last words.
fn session((lacks_usage, row, preview): (bool, SessionSums, Option<String>), now: Timestamp) -> SessionView {
    SessionView {
        preview: preview.map(|words| short(&words)),
        traces: format::number(row.traces),
        tokens: format::known((!lacks_usage).then_some(row.tokens)),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        errors: row.errors,
        users: row.users,
        user: row.user.as_deref().map(shown),
        first: Time::new(row.first_at, now),
        last: Time::new(row.last_at, now),
        lasted: lasted(&row),
        id: row.session_id,
    }
}

fn lasted(row: &SessionSums) -> Option<String> {
    let micros = row.last_at.micros_since(row.first_at);
    (micros > 0).then(|| format::duration(micros))
}

/// The first words on one line.
fn short(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(PREVIEW) {
        Some((end, _)) => format!("{} …", shown(line.get(..end).unwrap_or_default())),
        None => shown(&line),
    }
}
