//! GET /sessions/{id}: one session as a conversation, a trace a turn; and all of it as JSON lines.

use std::collections::{HashMap, HashSet};

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream::unfold;
use serde_json::{Value, json};

use crate::conversations::reads::{self, SessionSums, StepRow};
use crate::db::AnyConnection;
use crate::foundation::money::NanoDollars;
use crate::foundation::page::Cursor;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self as traces, ScoreRow, TraceRow};
use crate::web::format::{self, Time, shown};
use crate::web::page::show;
use crate::web::{Form, Principal, Shell, WebResult};
use trace_model::read_json;

use super::beside::beside;
use super::parts::models;
use super::scored;
use super::turns::{self, Sides, Turn};

/// Turns on one page.
const PAGE: usize = 50;
/// Characters of one side of a turn that are shown before it is folded.
const SHOWN: usize = 1_500;
/// Characters of one side that stand on the page; the page of the trace has all of them.
const MOST: usize = 50_000;
/// The longest body that is looked into for what was said, in bytes.
const LONGEST: u64 = 4 << 20;
/// Tool calls and failures of one turn that are named.
const NAMED: usize = 30;

#[derive(Template)]
#[template(path = "traces/session.html")]
pub(super) struct SessionPage {
    shell: Shell,
    id: String,
    traces: String,
    tokens: String,
    cost: Option<String>,
    errors: i64,
    first: Time,
    last: Time,
    /// From the first turn to the last; none when there is only one.
    lasted: Option<String>,
    users: i64,
    user: Option<String>,
    turns: Vec<TurnView>,
    scores: Vec<ScoreView>,
    earlier: Option<String>,
    /// Whether this is not the newest page.
    is_earlier: bool,
    /// Whether some turns have more steps than are named.
    is_cut: bool,
    has_more_scores: bool,
}

/// One turn as shown.
struct TurnView {
    trace_id: String,
    name: String,
    at: Time,
    took: String,
    tokens: String,
    cost: Option<String>,
    said: Option<Words>,
    answer: Option<Words>,
    user: Option<String>,
    models: String,
    tools: Vec<(String, String)>,
    tool_count: usize,
    errors: Vec<(String, String)>,
    error_count: usize,
}

impl TurnView {
    /// Who says, the style's class, what is said.
    fn sides(&self) -> [(&str, &'static str, Option<&Words>); 2] {
        let user = self.user.as_deref().unwrap_or("user");
        [(user, "said", self.said.as_ref()), ("answer", "answered", self.answer.as_ref())]
    }
}

/// Words of one side: what is shown, and what is folded away.
struct Words {
    text: String,
    rest: String,
}

struct ScoreView {
    name: String,
    value: String,
    comment: Option<String>,
    author: String,
    at: Time,
}

/// Everything read for one page.
pub(super) struct Loaded {
    pub(super) sums: SessionSums,
    pub(super) turns: Vec<(TraceRow, Turn)>,
    pub(super) steps: Vec<StepRow>,
    pub(super) scores: Vec<ScoreRow>,
    pub(super) has_earlier: bool,
    /// Traces of which nobody said how many tokens they took.
    pub(super) lack_usage: HashSet<String>,
    /// Whether that is so of all of the session.
    pub(super) lacks_usage: bool,
}

/// GET /sessions/{id}
pub(super) async fn session(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    id: Path<String>,
) -> WebResult {
    let form = Form::parse(request.query_string().as_bytes())?;
    let before = form.optional("before").map(Cursor::decode).transpose()?;
    let is_earlier = before.is_some();
    let project = who.project;
    let (mut loaded, sides) = app.db.read(move |conn| load(conn, project, &id, before.as_ref())).await?;
    for ((_, turn), sides) in loaded.turns.iter_mut().zip(sides) {
        *turn = turns::turn(&app, project, sides, LONGEST).await;
    }
    let shell =
        Shell::of(&request, format!("Session {}", format::short_id(&loaded.sums.session_id)), "traces");
    show(&page(shell, loaded, is_earlier, app.now()))
}

/// Everything but what was said, and where that lies.
fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    before: Option<&Cursor>,
) -> Result<(Loaded, Vec<Sides>)> {
    let sums = reads::sums(conn, project, &[id])?.pop().ok_or_else(|| Error::not_found("this session"))?;
    let (rows, has_earlier) = reads::turns(conn, project, id, before, PAGE)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.trace_id.as_str()).collect();
    let steps = reads::steps(conn, project, &ids)?;
    let scores = reads::scores(conn, project, id)?;
    let scores = scored::with_authors(conn, scores)?;
    let sides = rows.iter().map(|row| turns::sides(conn, project, row)).collect::<Result<_>>()?;
    let lack_usage = traces::without_usage(conn, project, &rows)?;
    let lacks_usage = !reads::without_usage(conn, project, [&sums])?.is_empty();
    let turns = rows.into_iter().map(|row| (row, Turn::default())).collect();
    Ok((Loaded { sums, turns, steps, scores, has_earlier, lack_usage, lacks_usage }, sides))
}

pub(super) fn page(shell: Shell, loaded: Loaded, is_earlier: bool, now: Timestamp) -> SessionPage {
    let sums = loaded.sums;
    let first = loaded.turns.first().filter(|_| loaded.has_earlier);
    let earlier = first.map(|(row, _)| {
        let cursor = Cursor { at: row.start_at, id: row.trace_id.clone() };
        format!("?before={}", cursor.encode())
    });
    let is_cut = loaded.steps.len() >= reads::MOST_STEPS;
    let mut steps: HashMap<String, Vec<StepRow>> = HashMap::new();
    for step in loaded.steps {
        steps.entry(step.trace_id.clone()).or_default().push(step);
    }
    let turns = loaded.turns.into_iter().map(|(row, turn)| {
        let steps = steps.remove(&row.trace_id).unwrap_or_default();
        let tokens = (!loaded.lack_usage.contains(&row.trace_id)).then_some(row.total_tokens);
        TurnView { tokens: format::known(tokens), ..turn_view(row, turn, &steps, now) }
    });
    SessionPage {
        turns: turns.collect(),
        traces: format::number(sums.traces),
        tokens: format::known((!loaded.lacks_usage).then_some(sums.tokens)),
        cost: (sums.cost_nanos != 0).then(|| NanoDollars(sums.cost_nanos).to_string()),
        errors: sums.errors,
        first: Time::new(sums.first_at, now),
        last: Time::new(sums.last_at, now),
        lasted: (sums.last_at > sums.first_at)
            .then(|| format::duration(sums.last_at.micros_since(sums.first_at))),
        users: sums.users,
        user: sums.user.as_deref().map(shown),
        has_more_scores: loaded.scores.len() >= reads::MOST_SCORES,
        scores: loaded.scores.into_iter().map(|row| score(row, now)).collect(),
        id: sums.session_id,
        shell,
        earlier,
        is_earlier,
        is_cut,
    }
}

fn turn_view(row: TraceRow, turn: Turn, steps: &[StepRow], now: Timestamp) -> TurnView {
    let named =
        |step: &StepRow| (shown(step.name.as_deref().unwrap_or("no name")), step.observation_id.clone());
    let is_tool = |step: &&StepRow| step.kind == "TOOL";
    let failed = |step: &&StepRow| step.level == "ERROR";
    let why = |step: &StepRow| {
        let (name, id) = named(step);
        let why = step.status_message.as_deref().map(shown).filter(|why| !why.is_empty());
        (why.map_or(name.clone(), |why| format!("{name}: {why}")), id)
    };
    TurnView {
        name: shown(row.name.as_deref().unwrap_or_default()),
        at: Time::new(row.start_at, now),
        took: format::duration(row.duration()),
        tokens: String::new(),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        said: turn.said.map(|text| Words::of(&text)),
        answer: turn.answer.map(|text| Words::of(&text)),
        user: row.user_id.as_deref().map(shown),
        models: models(&row.models),
        tool_count: steps.iter().filter(is_tool).count(),
        tools: steps.iter().filter(is_tool).take(NAMED).map(named).collect(),
        error_count: steps.iter().filter(failed).count(),
        errors: steps.iter().filter(failed).take(NAMED).map(why).collect(),
        trace_id: row.trace_id,
    }
}

impl Words {
    fn of(text: &str) -> Self {
        let text = shown(text);
        match text.char_indices().nth(SHOWN) {
            None => Self { text, rest: String::new() },
            Some((end, _)) => {
                let (text, rest) = text.split_at(end);
                let most = rest.char_indices().nth(MOST).map(|(end, _)| end);
                let rest = match most.and_then(|most| rest.get(..most)) {
                    Some(head) => format!("{head} … The trace has the rest."),
                    None => rest.to_owned(),
                };
                Self { text: text.to_owned(), rest }
            }
        }
    }
}

fn score(row: ScoreRow, now: Timestamp) -> ScoreView {
    let value = serde_json::from_str::<String>(&row.value).unwrap_or(row.value);
    ScoreView {
        name: shown(&row.name),
        value: shown(&value),
        comment: row.comment.as_deref().map(shown),
        author: shown(&row.author),
        at: Time::new(row.at, now),
    }
}

/// Traces of one read of an export.
const AT_ONCE: i64 = 10;

/// GET /sessions/{id}/raw: one JSON object a line and trace, oldest first, made while it is sent.
pub(super) async fn raw(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let (app, project, id) = (app.get_ref().clone(), who.project, id.into_inner());
    let session = id.clone();
    let known = app.db.read(move |conn| reads::newest(conn, project, &session)).await?;
    known.ok_or_else(|| Error::not_found("this session"))?;
    let start = Some(Cursor { at: Timestamp(i64::MIN), id: String::new() });
    let lines = unfold(start, move |place| {
        let (app, id) = (app.clone(), id.clone());
        async move {
            let place = place?;
            let read = beside(move || async move { export(&app, project, &id, place).await });
            match read.await.flatten() {
                Ok((lines, _)) if lines.is_empty() => None,
                Ok((lines, next)) => Some((Ok(Bytes::from(lines)), next)),
                Err(cause) => {
                    tracing::warn!(%cause, "an export was cut off");
                    Some((Err(cause.to_string()), None))
                }
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header(("content-disposition", "attachment; filename=\"session.jsonl\""))
        .streaming(Box::pin(lines)))
}

async fn export(
    app: &App,
    project: ProjectKey,
    session: &str,
    place: Cursor,
) -> Result<(String, Option<Cursor>)> {
    let id = session.to_owned();
    let read = move |conn: &mut AnyConnection| {
        let rows = reads::turns_after(conn, project, &id, &place, AT_ONCE)?;
        let lack_usage = traces::without_usage(conn, project, &rows)?;
        let with_usage = |id: &str, count| (!lack_usage.contains(id)).then_some(count);
        let mut line = |row: TraceRow| -> Result<_> {
            let tokens = [row.input_tokens, row.output_tokens].map(|count| with_usage(&row.trace_id, count));
            Ok((turns::sides(conn, project, &row)?, row, tokens))
        };
        rows.into_iter().map(&mut line).collect::<Result<Vec<_>>>()
    };
    let (mut lines, mut next) = (String::new(), None);
    for ((input, output), row, [input_tokens, output_tokens]) in app.db.read(read).await? {
        let (input, output) =
            (turns::whole(app, project, input).await?, turns::whole(app, project, output).await?);
        let value =
            |body: Option<(Vec<u8>, _)>| body.map_or(Value::Null, |(bytes, form)| read_json(&bytes, form));
        let line = json!({
            "session_id": session,
            "trace_id": row.trace_id,
            "name": row.name,
            "start_at": row.start_at.to_rfc3339(),
            "end_at": row.end_at.to_rfc3339(),
            "user_id": row.user_id,
            "environment": row.environment,
            "tags": row.tag_list(),
            "models": row.models,
            "level": row.level,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cost_nanos": row.cost_nanos,
            "input": value(input),
            "output": value(output),
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
        next = Some(Cursor { at: row.start_at, id: row.trace_id });
    }
    Ok((lines, next))
}
