//! `GET /api/public/traces/{id}`: one trace with everything, however many observations it has. Corrections stand in the lists
//! of scores alone.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::langfuse_api::scores::view::v2 as score_view;
use crate::scores::reads::{self as scores, ScoreDetail, ScoreFilter};
use crate::state::App;
use crate::traces::reads::{self, ObservationFull, Pieces, TraceFull};
use crate::web::KeyHolder;
use trace_model::ScoreType;

use super::load;
use super::observation_view::ObservationView;
use super::params::Params;
use super::refusal::{may_read, refuse};
use super::stream;
use super::trace_io;
use super::trace_view::{Groups, TraceIo, TraceView};
use super::traces::groups;

/// Shows a trace.
pub async fn show(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    trace_id: Path<String>,
) -> HttpResponse {
    answer(&request, &holder, &app, trace_id.into_inner()).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn answer(
    request: &HttpRequest,
    holder: &KeyHolder,
    app: &Data<App>,
    trace_id: String,
) -> Result<HttpResponse> {
    may_read(holder)?;
    let mut params = Params::of(request);
    let groups = groups(&mut params);
    params.finish()?;
    let project = holder.project;
    let id = trace_id.clone();
    let found = app.db.read(move |conn| read(conn, project, &id, groups)).await?;
    let Some((full, scores, rows)) = found else {
        return Err(Error::not_found(format!("Trace {trace_id} within authorized project")));
    };
    let (full, io) = if groups.io {
        let found = trace_io::of_traces(app, project, vec![full]).await?.into_iter().next();
        found.ok_or_else(|| Error::internal("a trace was lost while it was read"))?
    } else {
        (full, TraceIo::default())
    };
    write(app, holder, TraceView::of(&holder.project_id, full, io, groups)?, scores, rows).await
}

type Found = (TraceFull, Vec<ScoreDetail>, Vec<ObservationFull>);

fn read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    groups: Groups,
) -> Result<Option<Found>> {
    let Some(full) = reads::traces_by_id(conn, project, &[trace_id])?.pop() else { return Ok(None) };
    let scores = if groups.scores { scores_of(conn, project, trace_id)? } else { Vec::new() };
    let rows =
        if groups.observations { reads::observations_of(conn, project, trace_id)? } else { Vec::new() };
    Ok(Some((full, scores, rows)))
}

fn scores_of(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<ScoreDetail>> {
    let filter = ScoreFilter { traces: vec![trace_id.to_owned()], ..ScoreFilter::default() };
    let mut found = scores::list(conn, project, &filter, 0, i64::MAX)?;
    // Clients up to SDK 4 read a trace into a closed set of kinds and lose the whole trace over one that they do not know.
    found.retain(|score| score.data_type != ScoreType::Correction.as_str());
    Ok(found)
}

async fn write(
    app: &Data<App>,
    holder: &KeyHolder,
    view: TraceView,
    scores: Vec<ScoreDetail>,
    rows: Vec<ObservationFull>,
) -> Result<HttpResponse> {
    let scores: Vec<_> = scores.iter().map(|score| score_view(score, &holder.project_id)).collect();
    let head = format!(
        "{},\"scores\":{},\"observations\":[",
        stream::opened(&view)?,
        serde_json::to_string(&scores)?
    );
    let wanted = Pieces { image: true, bodies: true, sent: true };
    let (app, holder) = (app.clone(), holder.clone());
    let load = move |rows| {
        let (app, holder) = (app.clone(), holder.clone());
        async move { observation_views(&app, &holder, rows).await }
    };
    stream::answer(head, load::batches(rows, wanted)?, "]}".to_owned(), load).await
}

/// Some observations, whole, as JSON text.
pub async fn observation_views(app: &App, holder: &KeyHolder, rows: Vec<ObservationFull>) -> Result<Vec<u8>> {
    let wanted = Pieces { image: true, bodies: true, sent: true };
    let items = load::observations(app, holder.project, rows, wanted).await?;
    let views: Vec<ObservationView> =
        items.into_iter().map(|item| ObservationView::of(&holder.project_id, item)).collect();
    stream::joined(&views)
}
