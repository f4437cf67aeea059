//! GET /traces/{id}/revision?observation=..&revision=HEX: one observation as it was when somebody pinned it; of
//! bodies beyond 4 MiB the beginning.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::bodies;
use crate::foundation::{Digest, Error, Result};
use crate::state::App;
use crate::traces::reads;
use crate::web::page::show;
use crate::web::{Form, Principal, Shell, WebResult};

use super::chosen::{MOST_WHOLE, text_of};
use super::revisions::{self, RevisionView};

#[derive(Template)]
#[template(path = "traces/revision.html")]
struct RevisionPage {
    shell: Shell,
    trace: String,
    observation: String,
    revision: String,
    /// Its place among all revisions, and the pages before and after it.
    version: Option<RevisionView>,
    older: Option<String>,
    newer: Option<String>,
    fields: Vec<Field>,
    image: String,
}

struct Field {
    name: &'static str,
    text: String,
    digest: String,
    /// Why it cannot be read; none when it can.
    gone: Option<&'static str>,
}

/// GET /traces/{id}/revision
pub(super) async fn revision(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace: Path<String>,
) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let observation = query.required("observation", "name the observation")?.to_owned();
    let revision = Digest::from_hex(query.required("revision", "name the stored version by its digest")?)
        .ok_or_else(|| Error::invalid("revision", "a stored version is named by 64 hex digits"))?;
    let (image, states) = image(&app, &who, &trace, &observation, revision).await?;
    let at = states.iter().position(|state| state.digest == revision);
    let beside = |at: Option<usize>| at.and_then(|at| states.get(at)).map(|state| state.href.clone());
    let page = RevisionPage {
        shell: Shell::of(&request, "A stored version", "traces"),
        fields: fields(&app, &who, &trace, &observation, revision).await?,
        trace: trace.into_inner(),
        observation,
        revision: revision.to_hex(),
        older: beside(at.and_then(|at| at.checked_sub(1))),
        newer: beside(at.map(|at| at + 1)),
        version: at.and_then(|at| states.get(at).cloned()),
        image: text_of(&image, MOST_WHOLE),
    };
    show(&page)
}

async fn image(
    app: &App,
    who: &Principal,
    trace: &str,
    observation: &str,
    revision: Digest,
) -> Result<(Vec<u8>, Vec<RevisionView>)> {
    let (project, trace, observation) = (who.project, trace.to_owned(), observation.to_owned());
    let (asker, now) = (who.0.clone(), app.now());
    app.db
        .read(move |conn| {
            let image = reads::image(conn, project, &trace, &observation, revision)?;
            let image = image.ok_or_else(|| Error::not_found("this stored version"))?;
            let row = reads::observation(conn, project, &trace, &observation)?;
            let row = row.ok_or_else(|| Error::not_found("this observation of the trace"))?;
            Ok((image, revisions::of(conn, &asker, &row, now)?))
        })
        .await
}

async fn fields(
    app: &App,
    who: &Principal,
    trace: &str,
    observation: &str,
    revision: Digest,
) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for name in ["input", "output", "metadata"] {
        match bodies::body_or_gone(app, who.project, trace, observation, Some(revision), name).await? {
            Some(Ok(body)) => {
                let text = text_of(&body.bytes, MOST_WHOLE);
                fields.push(Field { name, text, digest: body.digest.to_hex(), gone: None });
            }
            Some(Err(gone)) => {
                let words = Some(gone.why.words());
                fields.push(Field { name, text: String::new(), digest: gone.digest.to_hex(), gone: words });
            }
            None => {}
        }
    }
    Ok(fields)
}
