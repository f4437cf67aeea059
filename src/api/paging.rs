//! Pages of lists that are read whole because they are bounded: from the entry behind a cursor, so many. And cursors of lists
//! that are read from their place on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::query::Query;
use crate::foundation::{Error, Result};

/// A page, and where the next one begins.
pub type Page<T> = (Vec<T>, Option<String>);

/// The page that is asked for; `key` names an entry, and no two alike.
pub fn cut<T>(all: Vec<T>, query: &Query, key: impl Fn(&T) -> String) -> Result<Page<T>> {
    let begin = match query.text("after") {
        None => 0,
        Some(cursor) => {
            let behind = read(cursor)?;
            let place = all.iter().position(|entry| key(entry) == behind);
            place.map(|place| place + 1).ok_or_else(gone)?
        }
    };
    let limit = query.limit();
    let has_more = all.len() > begin.saturating_add(limit);
    let page: Vec<T> = all.into_iter().skip(begin).take(limit).collect();
    let next = page.last().filter(|_| has_more).map(|last| URL_SAFE_NO_PAD.encode(key(last)));
    Ok((page, next))
}

/// A cursor that says a place of a list.
pub fn marked(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// The place that is asked for, as [`marked`] was given it; `parse` reads it.
pub fn place<T>(query: &Query, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(cursor) = query.text("after") else { return Ok(None) };
    parse(&read(cursor)?).map(Some).ok_or_else(gone)
}

fn read(cursor: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(gone)
}

fn gone() -> Error {
    Error::invalid(
        "after",
        "this place in the list was not made here, or it is gone; begin with the first page",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::query::{AFTER, LIMIT};

    #[test]
    fn pages_hold_every_entry_once() {
        let all: Vec<u32> = (0..25).collect();
        let (mut seen, mut next) = (Vec::new(), None::<String>);
        for _ in 0..10 {
            let asked = next.map_or("limit=10".to_owned(), |next| format!("limit=10&after={next}"));
            let query = Query::read(&[LIMIT, AFTER], &asked).unwrap();
            let (page, more) = cut(all.clone(), &query, u32::to_string).unwrap();
            seen.extend(page);
            next = more;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_place_that_was_not_made_here_is_refused() {
        for cursor in ["x", "!", "AA", "bm9uZQ"] {
            let query = Query::read(&[AFTER], &format!("after={cursor}")).unwrap();
            assert!(cut(vec![1, 2, 3], &query, i32::to_string).is_err(), "{cursor}");
        }
    }
}
