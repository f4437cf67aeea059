//! What to ask a server for, and how to read its pages.

use serde_json::value::RawValue;

use crate::foundation::{Error, Result, Timestamp};
use trace_model::fields::Fields;

use super::convert::{self, Context, Event, Io};
use super::model::{Dialect, ScoreList, Stage, Task, Walk};

/// Field groups of `v2/observations`: everything.
const FIELDS: &str = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context";

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Entries as they came.
    pub(super) entries: usize,
    /// Entries that have no id or no time, and are passed by.
    pub(super) unreadable: usize,
    /// Observations, traces or scores as events.
    pub(super) events: Vec<Event>,
    /// What v2 observations say of their traces.
    pub(super) contexts: Vec<Context>,
    /// Names of metadata whose values may have been cut, once for each entry.
    pub(super) long_keys: Vec<String>,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

/// Asks whether the v4 routes are there; a minute of observations, at most one.
pub(super) fn probe_path(now: Timestamp) -> String {
    let from = now.plus_micros(-60_000_000).to_rfc3339();
    format!(
        "/api/public/v2/observations?limit=1&fromStartTime={}&toStartTime={}",
        escaped(&from),
        escaped(&now.to_rfc3339())
    )
}

/// The path and query of the next page.
pub(super) fn path(walk: &Walk, task: &Task) -> String {
    let (from, to) = (escaped(&task.from.to_rfc3339()), escaped(&task.to.to_rfc3339()));
    let limit = task.limit;
    let place = match (&task.place, task.is_numbered) {
        (Some(page), true) => format!("&page={}", escaped(page)),
        (None, true) => "&page=1".to_owned(),
        (Some(cursor), false) => format!("&cursor={}", escaped(cursor)),
        (None, false) => String::new(),
    };
    let times = format!("&fromTimestamp={from}&toTimestamp={to}");
    let start_times = format!("&fromStartTime={from}&toStartTime={to}");
    match (task.stage, walk.dialect) {
        (Stage::Traces, _) => {
            format!("/api/public/traces?limit={limit}{place}{times}&orderBy=timestamp.asc")
        }
        (Stage::Observations, Dialect::V4) => {
            let keys: Vec<&str> = walk.keys.iter().map(String::as_str).collect();
            let expand = if keys.is_empty() {
                String::new()
            } else {
                format!("&expandMetadata={}", escaped(&keys.join(",")))
            };
            format!("/api/public/v2/observations?limit={limit}{place}{start_times}&fields={FIELDS}{expand}")
        }
        (Stage::Observations, Dialect::Legacy) => {
            format!("/api/public/observations?limit={limit}{place}{start_times}")
        }
        (Stage::Scores, _) => match walk.scores {
            ScoreList::V3 => {
                format!("/api/public/v3/scores?limit={limit}{place}{times}&fields=details,subject,annotation")
            }
            ScoreList::V2 => format!("/api/public/v2/scores?limit={limit}{place}{times}"),
            ScoreList::V1 => format!("/api/public/scores?limit={limit}{place}{times}"),
        },
    }
}

/// Reads a page's body.
pub(super) fn read(source: &str, walk: &Walk, task: &Task, body: &[u8]) -> Result<Page> {
    let strange =
        |what: &str| Error::refused(format!("the server's answer is {what}; is this a Langfuse server?"));
    let text = std::str::from_utf8(body).map_err(|_| strange("not UTF-8"))?;
    let answer = Fields::read(text).ok_or_else(|| strange("no JSON object"))?;
    let data: Vec<&RawValue> = answer.get("data").ok_or_else(|| strange("without a list `data`"))?;
    let mut page = Page { entries: data.len(), ..Page::default() };
    for raw in data {
        let event = Fields::read(raw.get()).and_then(|fields| entry(source, walk, task, &fields, &mut page));
        match event {
            Some(event) => page.events.push(event),
            None => page.unreadable += 1,
        }
    }
    page.next = next(&answer, task, page.entries);
    if page.next.is_some() && page.next == task.place {
        return Err(strange("the same page again"));
    }
    Ok(page)
}

fn entry(source: &str, walk: &Walk, task: &Task, fields: &Fields<'_>, page: &mut Page) -> Option<Event> {
    match (task.stage, walk.dialect) {
        (Stage::Traces, _) => convert::trace(source, fields),
        (Stage::Scores, _) => convert::score(source, fields),
        (Stage::Observations, Dialect::Legacy) => convert::observation(source, fields, Io::Json),
        (Stage::Observations, Dialect::V4) => {
            page.contexts.extend(convert::context(source, fields));
            page.long_keys.extend(convert::long_keys(fields));
            convert::observation(source, fields, Io::Text)
        }
    }
}

/// A cursor, or the number of the page after this one.
fn next(answer: &Fields<'_>, task: &Task, entries: usize) -> Option<String> {
    let meta = answer.get_object("meta");
    if !task.is_numbered {
        return meta?.get::<String>("cursor").filter(|cursor| !cursor.is_empty());
    }
    let page: i64 = task.place.as_deref().and_then(|place| place.parse().ok()).unwrap_or(1);
    let pages: Option<i64> = meta.and_then(|meta| meta.get("totalPages"));
    let full = entries >= usize::try_from(task.limit).unwrap_or(usize::MAX);
    // A server that cannot count still ends with a page that is not full.
    let more = pages.map_or(full, |pages| page < pages) && entries > 0;
    more.then(|| (page + 1).to_string())
}

/// Percent-encoded for a query.
fn escaped(text: &str) -> String {
    let pairs = [("", text)];
    serde_urlencoded::to_string(pairs).unwrap_or_default().trim_start_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::langfuse::model::{DAY, What};

    fn walk(dialect: Dialect) -> Walk {
        Walk::new(dialect, What::ALL, Timestamp(0), Timestamp(DAY), DAY)
    }

    #[test]
    fn requests_name_window_place_and_long_metadata() {
        let mut walk = walk(Dialect::V4);
        walk.learn("a long & winding key");
        walk.advance(64, Some("Y3Vy+c29y=".to_owned()));
        let path = path(&walk, &walk.task().unwrap());
        assert!(path.starts_with("/api/public/v2/observations?limit=64&cursor=Y3Vy%2Bc29y%3D&fromStartTime=1970-01-01T00%3A00%3A00.000000Z"), "{path}");
        assert!(path.ends_with("&expandMetadata=a+long+%26+winding+key"), "{path}");
    }

    #[test]
    fn pages_end_by_count_or_by_being_short() {
        let walk = walk(Dialect::Legacy);
        let task = walk.task().unwrap();
        for (body, next) in [
            (r#"{"data":[{}],"meta":{"page":1,"totalPages":2}}"#, Some("2")),
            (r#"{"data":[{}],"meta":{"page":1,"totalPages":1}}"#, None),
            (r#"{"data":[],"meta":{"page":1,"totalPages":9}}"#, None),
            (r#"{"data":[{}]}"#, None),
        ] {
            let page = read("s", &walk, &task, body.as_bytes()).unwrap();
            assert_eq!(page.next.as_deref(), next, "{body}");
        }
        assert!(read("s", &walk, &task, b"<html>").is_err());
        assert!(read("s", &walk, &task, b"[]").is_err());
    }

    #[test]
    fn a_cursor_that_stands_still_is_noticed() {
        let mut walk = walk(Dialect::V4);
        walk.advance(1, Some("x".to_owned()));
        let task = walk.task().unwrap();
        assert!(read("s", &walk, &task, br#"{"data":[],"meta":{"cursor":"x"}}"#).is_err());
    }
}
