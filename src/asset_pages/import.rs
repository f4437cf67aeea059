//! A list of assets as a table: a file or a pasted text is looked at first; all of it is taken, or nothing with the lines that are
//! wrong.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{Data, Payload};
use askama::Template;
use encoding_rs::{Encoding, WINDOWS_1252};
use futures_util::StreamExt as _;

use crate::assets::actions::import::{Line, Looked, import, look};
use crate::assets::model::Criticality;
use crate::foundation::{Error, FieldErrors, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::parts::{Part, Parts, is_multipart};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

/// The largest file: written into a form once more it is still within what one may have.
const MOST_BYTES: usize = 1 << 20;
/// The longest that sending it may take.
const LONGEST: Duration = Duration::from_mins(2);
/// Assets that are shown before they are made.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "assets/import.html")]
struct ImportPage {
    shell: Shell,
    table: String,
    errors: FieldErrors,
    /// What the table makes, where it was looked at and nothing is wrong.
    looked: Option<Looked>,
    /// How the bytes of the file were read, where that was guessed.
    guessed: Option<&'static str>,
}

fn page(request: &HttpRequest, table: String, errors: FieldErrors) -> ImportPage {
    let shell = Shell::of_tab(request, "Import assets", "assets");
    ImportPage { shell, table, errors, looked: None, guessed: None }
}

/// GET `/assets/import`.
pub async fn show(request: HttpRequest, _who: Principal) -> WebResult {
    show_page(&page(&request, String::new(), FieldErrors::default()))
}

/// POST `/assets/import/preview`: field `table`; shows what would be made, stores nothing.
pub async fn preview(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    looked_at(&request, &app, &who, (form.raw("table").to_owned(), None)).await
}

/// POST `/assets/import/file`: a file under any name; shown like what is pasted.
pub async fn file(request: HttpRequest, app: Data<App>, who: Principal, payload: Payload) -> WebResult {
    if !is_multipart(&request) {
        return refused(&request, String::new(), Error::invalid("file", "choose a file"));
    }
    let mut parts = Parts::of(&request, payload);
    let read = tokio::time::timeout(LONGEST, table_of(&mut parts)).await;
    let late = || Err(Error::invalid("file", "sending took longer than two minutes; try again"));
    match read.unwrap_or_else(|_| late()) {
        Ok(table) => looked_at(&request, &app, &who, table).await,
        Err(cause) => {
            parts.drain(4 * MOST_BYTES as u64).await;
            refused(&request, String::new(), cause)
        }
    }
}

/// The text of the first file that comes, and what it was guessed to be written in.
async fn table_of(parts: &mut Parts) -> Result<(String, Option<&'static str>)> {
    while let Some(part) = parts.next().await? {
        let Part::File { mut bytes, .. } = part else { continue };
        let mut read = Vec::new();
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk
                .map_err(|cause| Error::invalid("file", format!("this file did not come whole: {cause}")))?;
            if read.len() + chunk.len() > MOST_BYTES {
                let most = MOST_BYTES >> 20;
                return Err(Error::invalid("file", format!("the file has more than {most} MiB; split it")));
            }
            read.extend_from_slice(&chunk);
        }
        let (text, guessed) = decoded(read)?;
        // It comes back in a form, where each of its bytes takes up to three.
        if text.len() > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Error::invalid(
                "file",
                format!("in UTF-8 the file has more than {most} MiB; split it"),
            ));
        }
        if text.contains('\0') {
            let message = "this is no text; save the table as CSV in UTF-8 and choose it again";
            return Err(Error::invalid("file", message));
        }
        return Ok((text, guessed));
    }
    Err(Error::invalid("file", "choose a file"))
}

/// Spreadsheets write UTF-8, UTF-16 with its mark, or what their country used before; the last is guessed, as browsers do. A file that is
/// not what its mark says is refused: a code stands on its label for ever, and is not to hold a letter that nobody wrote.
fn decoded(bytes: Vec<u8>) -> Result<(String, Option<&'static str>)> {
    if let Some((encoding, _)) = Encoding::for_bom(&bytes) {
        let (text, _, has_faults) = encoding.decode(&bytes);
        if has_faults {
            let words = format!(
                "the file begins as {} and is not all of it; save the table as CSV in UTF-8 and choose it again",
                encoding.name()
            );
            return Err(Error::invalid("file", words));
        }
        return Ok((text.into_owned(), None));
    }
    Ok(String::from_utf8(bytes).map_or_else(
        |refused| (WINDOWS_1252.decode(refused.as_bytes()).0.into_owned(), Some(WINDOWS_1252.name())),
        |text| (text, None),
    ))
}

async fn looked_at(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    (table, guessed): (String, Option<&'static str>),
) -> WebResult {
    match look(app, who, &table).await {
        Ok(looked) => {
            let page = page(request, table, FieldErrors::default());
            show_page(&ImportPage { looked: Some(looked), guessed, ..page })
        }
        Err(cause) => refused(request, table, cause),
    }
}

/// The page again with what was sent.
fn refused(request: &HttpRequest, table: String, cause: Error) -> WebResult {
    match cause {
        Error::Invalid(errors) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(request, table, errors))
        }
        other => Err(WebError(other)),
    }
}

/// POST `/assets/import`: field `table`.
pub async fn submit(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    match import(&app, &who, form.raw("table")).await {
        Ok(count) => {
            let words = if count == 1 {
                "1 asset is on the list.".to_owned()
            } else {
                format!("{count} assets are on the list.")
            };
            Ok(flash::good(see_other("/assets"), &words))
        }
        Err(cause) => refused(&request, form.raw("table").to_owned(), cause),
    }
}

impl ImportPage {
    /// Each fault with its line.
    fn faults(&self) -> Vec<&str> {
        self.errors.0.iter().map(|fault| fault.message.as_str()).collect()
    }

    /// The letters with their meanings.
    fn letters() -> [(&'static str, &'static str); 3] {
        Criticality::ALL.map(|it| (it.as_str(), it.words()))
    }

    fn will_be_made(looked: &Looked) -> String {
        match looked.lines.len() {
            0 => "Nothing is left to make".to_owned(),
            1 => "This asset will be made".to_owned(),
            more => format!("These {more} assets will be made"),
        }
    }

    fn passed_over(looked: &Looked) -> String {
        match looked.there {
            1 => {
                "1 line is passed over: its asset is on the list already, just as it is told here.".to_owned()
            }
            more => format!(
                "{more} lines are passed over: their assets are on the list already, just as they are told here."
            ),
        }
    }

    /// The first of what would be made.
    fn shown(looked: &Looked) -> &[Line] {
        looked.lines.get(..SHOWN).unwrap_or(&looked.lines)
    }

    /// How many more there are.
    fn more(looked: &Looked) -> usize {
        looked.lines.len().saturating_sub(SHOWN)
    }
}
