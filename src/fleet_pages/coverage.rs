//! Which share of the calls that providers billed is traced here, by whom they are counted, and which are not traced.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{Data, Payload, Query};
use askama::Template;
use futures_util::StreamExt as _;

use crate::coverage::actions::{Brought, bring};
use crate::coverage::model::{Counter, Coverage, Line, Standing};
use crate::coverage::reads::{Found, MOST_TOLD, coverage};
use crate::db::AnyConnection;
use crate::foundation::{Action, Error, FieldErrors, Result, Timestamp};
use crate::gateway::model::Provider;
use crate::gateway::reads::Untraced;
use crate::state::App;
use crate::web::error::Problem;
use crate::web::format::{Time, known, number};
use crate::web::page::{show as show_page, show_with};
use crate::web::parts::{Part, Parts, is_multipart};
use crate::web::{Principal, Shell, WebError, WebResult, flash, see_other};

use super::asked::{Asked, COVERAGE};
use super::overview::Tile;
use super::text::{DASH, calls, share};

/// The largest file.
const MOST_BYTES: usize = 4 << 20;
/// The longest that sending it may take.
const LONGEST: Duration = Duration::from_mins(2);
/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

#[derive(Template)]
#[template(path = "fleet/coverage.html")]
struct CoveragePage {
    shell: Shell,
    asked: Asked,
    tiles: Vec<Tile>,
    standing: Standing,
    /// Whether nobody counts anything.
    is_without_counter: bool,
    /// What is so, in one sentence.
    said: String,
    rows: Vec<Row>,
    untraced: Vec<Missing>,
    is_cut: bool,
    may_bring: bool,
    errors: FieldErrors,
}

/// One day and model.
struct Row {
    day: String,
    provider: &'static str,
    model: String,
    counter: &'static str,
    share: String,
    billed: String,
    traced: String,
    missing: String,
    /// Tokens out: traced of billed.
    output: String,
}

/// One call without a trace.
struct Missing {
    number: i64,
    at: Time,
    what: String,
    why: String,
}

/// GET `/fleet/coverage`: the field `range` of the first page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let asked = Asked::read(&query, app.now())?;
    show_page(&page(&request, &app, &who, asked, FieldErrors::default()).await?)
}

/// POST `/fleet/coverage`: fields `provider` and a file; what it counts is stored.
pub(super) async fn bring_in(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    payload: Payload,
) -> WebResult {
    let done = async {
        if !is_multipart(&request) {
            return Err(Error::invalid("file", "choose a file"));
        }
        let mut parts = Parts::of(&request, payload);
        let late = || Err(Error::invalid("file", "sending took longer than two minutes; try again"));
        let sent = tokio::time::timeout(LONGEST, sent(&mut parts)).await.unwrap_or_else(|_| late());
        if sent.is_err() {
            parts.drain(4 * MOST_BYTES as u64).await;
        }
        let Sent { provider, name, text } = sent?;
        bring(&app, &who, provider, &name, text).await
    };
    match done.await {
        Ok(brought) => Ok(flash::good(see_other(COVERAGE), &words(&brought))),
        Err(Error::Invalid(errors)) => {
            let asked = Asked::read(&BTreeMap::new(), app.now())?;
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(&request, &app, &who, asked, errors).await?)
        }
        Err(cause) => Err(WebError(cause)),
    }
}

struct Sent {
    provider: Provider,
    name: String,
    text: String,
}

async fn sent(parts: &mut Parts) -> Result<Sent> {
    let (mut provider, mut file) = (None, None);
    while let Some(part) = parts.next().await? {
        match part {
            Part::Words { name, value } if name == "provider" => provider = Provider::parse(value.trim()),
            Part::Words { .. } => {}
            Part::File { given, mut bytes } => {
                let mut read = Vec::new();
                while let Some(chunk) = bytes.next().await {
                    let chunk = chunk.map_err(|cause| {
                        Error::invalid("file", format!("this file did not come whole: {cause}"))
                    })?;
                    if read.len() + chunk.len() > MOST_BYTES {
                        let most = MOST_BYTES >> 20;
                        return Err(Error::invalid(
                            "file",
                            format!("the file has more than {most} MiB; split it"),
                        ));
                    }
                    read.extend_from_slice(&chunk);
                }
                let text = String::from_utf8(read).map_err(|_| {
                    Error::invalid("file", "this is no text in UTF-8; save it as CSV or JSON in UTF-8")
                })?;
                file = Some((given, text));
            }
        }
    }
    let (name, text) = file.ok_or_else(|| Error::invalid("file", "choose a file"))?;
    let provider = provider.ok_or_else(|| Error::invalid("provider", "say whose export it is"))?;
    Ok(Sent { provider, name, text })
}

/// What came of a file, in one or two sentences.
fn words(brought: &Brought) -> String {
    let days = if brought.lines == 1 { "day and model" } else { "days and models" };
    let mut said = format!("{} {days} brought in.", brought.lines);
    if brought.left_out > 0 {
        said.push_str(&format!(" Lines without a model or a count were left out: {}.", brought.left_out));
    }
    if !brought.unknown.is_empty() {
        said.push_str(&format!(" Columns that nobody knows were not read: {}.", brought.unknown.join(", ")));
    }
    said
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    asked: Asked,
    errors: FieldErrors,
) -> Result<CoveragePage> {
    let (project, (from, to)) = (who.project, asked.times());
    let read = move |conn: &mut AnyConnection| coverage(conn, project, from, to);
    let Found { coverage, untraced, is_gateway_used } = app.db.read(read).await?;
    Ok(CoveragePage {
        shell: Shell::of(request, "Coverage", "fleet").in_fleet_style(),
        tiles: tiles(&asked, &coverage, untraced.len()),
        standing: coverage.standing(),
        is_without_counter: coverage.lines.is_empty() && !is_gateway_used,
        said: said(&coverage, is_gateway_used),
        rows: coverage.lines.iter().map(Row::of).collect(),
        is_cut: i64::try_from(untraced.len()).is_ok_and(|count| count >= MOST_TOLD),
        untraced: untraced.into_iter().map(Missing::of).collect(),
        may_bring: who.must(Action::ChangePrices).is_ok(),
        errors,
        asked,
    })
}

fn said(coverage: &Coverage, is_gateway_used: bool) -> String {
    let missing = coverage.billed - coverage.traced;
    match coverage.standing() {
        Standing::Unknown if !coverage.lines.is_empty() => {
            "Unknown: what was brought in counts tokens, and nobody counts calls.".to_owned()
        }
        Standing::Unknown if is_gateway_used => {
            "No call was billed in this time, so there is no share to tell.".to_owned()
        }
        Standing::Unknown => {
            "Unknown: no counter connected. Traces alone do not say what is missing.".to_owned()
        }
        Standing::Below if missing == 1 => "1 call was billed and is not traced.".to_owned(),
        Standing::Below => format!("{} were billed and are not traced.", calls(missing)),
        Standing::Fine if missing == 0 => "Every billed call is traced.".to_owned(),
        Standing::Fine => format!("Nearly every billed call is traced; {} not.", calls(missing)),
    }
}

fn tiles(asked: &Asked, coverage: &Coverage, untraced: usize) -> Vec<Tile> {
    let is_known = coverage.standing() != Standing::Unknown;
    let told = |count: i64| if is_known { number(count) } else { DASH.to_owned() };
    let tile = |label, value, note: &str, href| Tile {
        label,
        value,
        note: note.to_owned(),
        href,
        ..Tile::default()
    };
    let here = asked.at(COVERAGE);
    let days = format!("{here}#days");
    vec![
        tile(
            "Billed calls that are traced",
            share(coverage.traced, coverage.billed),
            "of those that are counted",
            days.clone(),
        ),
        tile("Billed", told(coverage.billed), "by the gateway or an export", days),
        tile("Traced", told(coverage.traced), "of the billed ones", asked.traces(&[])),
        tile(
            "Without a trace",
            told(coverage.billed - coverage.traced),
            match untraced {
                0 => "none by number",
                _ => "some by number",
            },
            format!("{here}#untraced"),
        ),
    ]
}

impl Row {
    fn of(line: &Line) -> Self {
        Self {
            day: Timestamp(line.day.saturating_mul(DAY)).to_chrono().format("%Y-%m-%d").to_string(),
            provider: line.provider.title(),
            model: if line.model.is_empty() { "not said".to_owned() } else { line.model.clone() },
            counter: match line.counter {
                Counter::Gateway => "Gateway",
                Counter::Export => "Export",
            },
            share: line.billed.map_or_else(|| DASH.to_owned(), |billed| share(line.traced, billed)),
            billed: known(line.billed),
            traced: number(line.traced),
            missing: line.billed.map_or_else(|| DASH.to_owned(), |_| number(line.missing())),
            output: line.billed_output.map_or_else(
                || DASH.to_owned(),
                |billed| format!("{} of {}", number(line.traced_output), number(billed)),
            ),
        }
    }
}

impl Missing {
    fn of(call: Untraced) -> Self {
        let provider = Provider::parse(&call.provider).map_or("", Provider::title);
        Self {
            number: call.number,
            at: Time::dated(call.began_at),
            what: format!("{provider} {}", call.model.unwrap_or(call.path)),
            why: call
                .reason
                .unwrap_or_else(|| "its trace was refused; the log of the server says why".to_owned()),
        }
    }
}

impl CoveragePage {
    fn here(&self) -> &'static str {
        COVERAGE
    }

    /// The tone of the line on top.
    fn tone(&self) -> &'static str {
        match self.standing {
            Standing::Unknown => "hatched",
            Standing::Below => "bad",
            Standing::Fine => "good",
        }
    }

    /// Each fault of the form.
    fn faults(&self) -> Vec<&str> {
        self.errors.0.iter().map(|fault| fault.message.as_str()).collect()
    }
}
